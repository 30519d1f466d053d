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
ok(extension_loaded('memcached'), 'it is loaded');
ok(version_compare(phpversion('memcached'), '3.1.6', '>='), 'its version');
is((new ReflectionClass('Memcached'))->getExtensionName(), 'memcached', 'the class is its');
ok(str_contains(shell_exec_info(), 'memcached support => enabled'), 'phpinfo() shows it');

function shell_exec_info(): string
{
	ob_start();
	phpinfo(INFO_MODULES);
	return ob_get_clean();
}

/* The class. */
$cluster = new Cluster(2);
$client = new Memcached();
is($client::class, 'Memcached', 'its name');
is(get_parent_class($client), false, 'it extends nothing');
is((new ReflectionMethod('Memcached', 'get'))->class, 'Memcached', 'its methods are its own');
foreach (['inspect', 'lock', 'remember'] as $name) {
	is(method_exists($client, $name), false, "what is not of pecl memcached is not there, where a subclass may have it: $name");
}
foreach ((new ReflectionClass('McHA'))->getConstants() as $name => $value) {
	is(constant("Memcached::$name"), $value, $name);
}
$cluster->addTo($client);
ok($client->set('key', ['value' => 1]), 'set');
is($client->get('key'), ['value' => 1], 'get');
is(count($cluster->copies('key')), 2, 'on two nodes');
$both = new McHA();
is($both::class, 'McHA', 'McHA is there as well');
$sub = new class extends Memcached {
	public function inspect(int $what): int
	{
		return $what;
	}
};
is($sub->inspect(1), 1, 'a subclass has methods of its own');
try {
	(new ReflectionClass('Memcached'))->newInstanceWithoutConstructor()->get('key');
} catch (Error $error) {
	is($error->getMessage(), 'Memcached constructor was not called', 'errors name it');
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
	is($exception::class, 'MemcachedException', 'its own');
	is(get_parent_class($exception), 'RuntimeException', 'of which kind');
}
try {
	new McHA(null, null, 'nonsense:port');
	echo "no exception\n";
} catch (McHAException) {
}
ini_restore('mcha.servers');

/* The directives: what php.ini says under the alias counts; what it says under McHA's name alone counts too. */
is(ini_get('mcha.sess_lock_wait_max'), '77', 'the alias is honoured');
is(ini_get('memcached.sess_prefix'), 'own.', 'the alias shows what holds');
is(ini_get('memcached.compression_threshold'), '4000', 'both: the alias');
is(ini_get('mcha.compression_threshold'), '4000', 'counts');
is(ini_get('memcached.compression_type'), 'fastlz', "pecl memcached's defaults decide what is written");
is(ini_get('mcha.distribution') . ' ' . ini_get('mcha.hash'), 'modula default', 'and where');
is(ini_set('memcached.sess_prefix', 'new.'), 'own.', 'set at run time');
is(ini_get('mcha.sess_prefix'), 'new.', 'it is set');
ini_set('memcached.sess_prefix', 'newer.');
is(ini_get('mcha.sess_prefix'), 'newer.', 'and again');
ini_restore('memcached.sess_prefix');
is(ini_get('mcha.sess_prefix'), 'own.', 'and restored');
$warned = '';
set_error_handler(function (int $level, string $text) use (&$warned): bool {
	$warned = $text;
	return true;
});
ini_set('memcached.sess_prefix', 'with space');
is($warned, 'ini_set(): memcached.sess_prefix cannot contain whitespace or control characters', 'warnings name the alias');
is(ini_set('memcached.sess_lock_wait', '1'), false, 'directives of older releases');
ok(str_contains($warned, 'use memcached.sess_lock_wait_min'), 'name what is there now');
restore_error_handler();
is(ini_set('memcached.item_size_limit', ''), '0', 'nothing is 0');
is(@ini_set('memcached.sess_connect_timeout', 'never'), false, 'nonsense is refused');
is(ini_get('memcached.sess_connect_timeout'), '0', 'and changes nothing');

done();
?>
--EXPECT--
done
