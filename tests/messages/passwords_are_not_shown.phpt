--TEST--
phpinfo() and php --ri show that a SASL password is set, but not the password
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const PASSWORD = 'correct horse battery';
$run = function (array $arguments, array $ini): string {
	$output = tmpfile();
	(new Process([...Child::command($ini), ...$arguments], [1 => $output, 2 => $output]))->wait();
	rewind($output);
	return stream_get_contents($output);
};
$kinds = ['mcha' => [], 'memcached' => ['mcha.compat' => 'memcached']];
foreach ($kinds as $prefix => $ini) {
	$ini += ["$prefix.sess_sasl_username" => 'ada', "$prefix.sess_sasl_password" => PASSWORD];
	foreach (['--ri' => ['--ri', $prefix], '-i' => ['-i'], 'phpinfo(INFO_MODULES)' => ['-r', 'phpinfo(INFO_MODULES);'],
		'set by ini_set()' => ['-r', 'ini_set("' . $prefix . '.sess_sasl_password", "' . PASSWORD . ' staple"); phpinfo(INFO_MODULES);']] as $how => $arguments) {
		$text = $run($arguments, $ini);
		ok(str_contains($text, "$prefix.sess_sasl_password => ******** => ********"), "$prefix, $how: the password is masked");
		ok(!str_contains($text, 'correct horse'), "$prefix, $how: the password is not shown");
		ok(str_contains($text, "$prefix.sess_sasl_username => ada => ada"), "$prefix, $how: the user name is shown");
	}
	ok(str_contains($run(['--ri', $prefix], ["$prefix.sess_sasl_password" => ''] + $ini), "$prefix.sess_sasl_password => no value => no value"), "$prefix: an empty password is shown as no value");
}

/* A stack trace does not show the password either. */
if (PHP_VERSION_ID >= 80200) {
	foreach (['setSaslAuthData' => 1, 'setEncodingKey' => 0] as $method => $position) {
		$attributes = (new ReflectionMethod(McHA::class, $method))->getParameters()[$position]->getAttributes();
		is(array_map(fn($attribute) => $attribute->getName(), $attributes), ['SensitiveParameter'], "$method()'s secret");
	}
}

done();
?>
--EXPECT--
done
