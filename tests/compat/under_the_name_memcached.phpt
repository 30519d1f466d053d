--TEST--
With mcha.compat=memcached an application finds pecl memcached's class, exception, directives, save handler and extension
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
mcha.compat=memcached
memcached.sess_lock_wait_max=77
mcha.sess_prefix=own.
mcha.compression_threshold=3000
memcached.compression_threshold=4000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* The extension. */
ok(extension_loaded('memcached'), 'extension_loaded() finds memcached');
ok(version_compare(phpversion('memcached'), '3.1.6', '>='), 'the version of extension memcached');
is((new ReflectionClass('Memcached'))->getExtensionName(), 'memcached', 'class Memcached belongs to extension memcached');
ok(str_contains(shell_exec_info(), 'memcached support => enabled'), 'phpinfo() shows extension memcached');

function shell_exec_info(): string
{
	ob_start();
	phpinfo(INFO_MODULES);
	return ob_get_clean();
}

/* The class. */
$cluster = new Cluster(2);
$client = new Memcached();
is($client::class, 'Memcached', 'the name of the class');
is(get_parent_class($client), false, 'class Memcached extends no class');
is((new ReflectionMethod('Memcached', 'get'))->class, 'Memcached', 'class Memcached declares its methods itself');
foreach (['inspect', 'repair', 'lock', 'remember'] as $name) {
	is(method_exists($client, $name), false, "class Memcached lacks methods that pecl memcached lacks, as a subclass may define them: $name");
}
foreach ((new ReflectionClass('McHA'))->getConstants() as $name => $value) {
	is(constant("Memcached::$name"), $value, $name);
}
$cluster->addTo($client);
ok($client->set('key', ['value' => 1]), 'set');
is($client->get('key'), ['value' => 1], 'get');
is(count($cluster->copies('key')), 2, 'the value has copies on two nodes');
$both = new McHA();
is($both::class, 'McHA', 'class McHA exists, too');
$sub = new class extends Memcached {
	public function inspect(int $what): int
	{
		return $what;
	}
};
is($sub->inspect(1), 1, 'a subclass may define a method of this name');
try {
	(new ReflectionClass('Memcached'))->newInstanceWithoutConstructor()->get('key');
} catch (Error $error) {
	is($error->getMessage(), 'Memcached constructor was not called', 'the error names class Memcached');
}
foreach (['clone' => fn() => clone $client, 'serialize' => fn() => serialize($client)] as $what => $do) {
	try {
		$do();
		echo "$what is possible\n";
	} catch (Throwable) {
	}
}

/* The exception. */
try {
	new Memcached(null, null, 'nonsense:port');
	echo "no exception\n";
} catch (MemcachedException $exception) {
	is($exception::class, 'MemcachedException', 'the constructor throws a MemcachedException');
	is(get_parent_class($exception), 'RuntimeException', 'MemcachedException extends RuntimeException');
}
try {
	new McHA(null, null, 'nonsense:port');
	echo "no exception\n";
} catch (McHAException) {
}
ini_restore('mcha.servers');

/* The directives: php.ini may set a directive under its alias or under McHA's name; of both, the alias wins. */
is(ini_get('mcha.sess_lock_wait_max'), '77', 'the alias sets the directive');
is(ini_get('memcached.sess_prefix'), 'own.', 'the alias shows the value of the directive');
is(ini_get('memcached.compression_threshold'), '4000', 'the alias shows its own value');
is(ini_get('mcha.compression_threshold'), '4000', 'the alias overrides the directive under McHA\'s name');
is(ini_get('memcached.compression_type'), 'fastlz', "the default compression is pecl memcached's");
is(ini_get('mcha.distribution') . ' ' . ini_get('mcha.hash'), 'modula default', 'the default placement is pecl memcached\'s');
is(ini_set('memcached.sess_prefix', 'new.'), 'own.', 'ini_set() of the alias returns the old value');
is(ini_get('mcha.sess_prefix'), 'new.', 'ini_set() of the alias sets the directive');
ini_set('memcached.sess_prefix', 'newer.');
is(ini_get('mcha.sess_prefix'), 'newer.', 'a second ini_set() of the alias sets the directive');
ini_restore('memcached.sess_prefix');
is(ini_get('mcha.sess_prefix'), 'own.', 'ini_restore() of the alias restores the directive');
$warned = '';
set_error_handler(function (int $level, string $text) use (&$warned): bool {
	$warned = $text;
	return true;
});
ini_set('memcached.sess_prefix', 'with space');
is($warned, 'ini_set(): memcached.sess_prefix cannot contain whitespace or control characters', 'the warning names the alias');
is(ini_set('memcached.sess_lock_wait', '1'), false, 'a directive of an older release is refused');
ok(str_contains($warned, 'use memcached.sess_lock_wait_min'), 'the warning names the present directive');
restore_error_handler();
is(ini_set('memcached.item_size_limit', ''), '0', 'an empty value means 0');
is(@ini_set('memcached.sess_connect_timeout', 'never'), false, 'an invalid value is refused');
is(ini_get('memcached.sess_connect_timeout'), '0', 'a refused value changes nothing');

done();
?>
--EXPECT--
done
