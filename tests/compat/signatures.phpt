--TEST--
McHA's methods, parameters, constants and exception are those of pecl memcached
--SKIPIF--
<?php $needs = ['pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$describe = <<<'CODE'
	$describe = function (string $class): array {
		$described = [];
		foreach ((new ReflectionClass($class))->getMethods() as $method) {
			$type = $method->getReturnType() ?? $method->getTentativeReturnType();
			$parameters = array_map(fn($parameter) => trim(preg_replace('/^Parameter #\d+ /', '', (string) $parameter), '[] '), $method->getParameters());
			$described[$method->getName()] = ($method->isStatic() ? 'static ' : '') . implode(' ', Reflection::getModifierNames($method->getModifiers()))
				. ' (' . implode(', ', $parameters) . '): ' . $type;
		}
		return $described;
	};
	CODE;
$theirs = ask_php("$describe echo json_encode(\$describe('Memcached'));", [], [], Child::PECL_MEMCACHED);
eval($describe);
$ours = $describe('McHA');
ok(count($theirs) > 50, 'class Memcached has more than 50 methods');
/* declared by pecl memcached 3.3, and accepted by all its releases */
foreach (['cas', 'casByKey'] as $name) {
	$theirs[$name] = str_replace('string $cas_token', 'string|int|float $cas_token', $theirs[$name]);
}
/* McHA returns a string for a number above PHP_INT_MAX */
foreach (['increment', 'decrement', 'incrementByKey', 'decrementByKey'] as $name) {
	$theirs[$name] = str_replace('): int|false', '): string|int|false', $theirs[$name]);
}
foreach ($theirs as $name => $signature) {
	is($ours[$name] ?? 'missing', $signature, $name);
}
is(array_keys(array_diff_key($ours, $theirs)), ['lock', 'remember', 'getLastReplication', 'getReplicas', 'getNodes', 'inspect', 'repair', 'metrics', 'metricsText'], 'McHA has these additional methods only');
is(get_parent_class('McHAException'), 'RuntimeException', 'McHAException extends RuntimeException');
foreach (['HAVE_SASL', 'HAVE_SESSION'] as $flag) {
	is(constant("McHA::$flag"), true, "this build has $flag");
}
is(McHA::HAVE_ENCODING, false, 'McHA has no HAVE_ENCODING');
if (PHP_VERSION_ID >= 80200) {
	$password = (new ReflectionMethod('McHA', 'setSaslAuthData'))->getParameters()[1];
	is(array_map(fn($attribute) => $attribute->getName(), $password->getAttributes()), ['SensitiveParameter'], 'the password parameter is hidden from backtraces');
}

done();
?>
--EXPECT--
done
