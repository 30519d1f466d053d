--TEST--
php --ri mcha shows the versions, the protocols, the serializers and every directive
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$command = [...Child::command(), '--ri', 'mcha'];
$output = tmpfile();
(new Process($command, [1 => $output, 2 => $output]))->wait();
rewind($output);
$text = stream_get_contents($output);
foreach (['mcha', 'Version', 'libmemcached', 'meta', 'text', 'binary', 'php', 'zlib', 'Session'] as $word) {
	ok(stripos($text, $word) !== false, "the output has the word $word");
}
ok(str_contains($text, phpversion('mcha')), 'the output has the version');
$directives = array_keys(ini_get_all('mcha'));
foreach ($directives as $directive) {
	ok(str_contains($text, $directive), $directive);
}
foreach (['servers' => '', 'number_of_replicas' => '1', 'allow_failover' => '1', 'write_quorum' => 'one', 'read_policy' => 'ordered',
	'miss_failover' => 'always', 'read_repair' => '1', 'versions' => '1', 'failover_ttl' => '300', 'tombstone_ttl' => '300', 'local_zone' => '', 'protocol' => 'auto',
	'binary_protocol' => '0', 'connect_timeout' => '200', 'operation_timeout' => '1000', 'retry_interval' => '1',
	'retry_interval_max' => '30', 'distribution' => 'ketama', 'hash' => 'md5', 'sess_number_of_replicas' => '1',
	'sess_locking' => '1', 'sess_lock_timeout' => '30000', 'compression_threshold' => '2000'] as $name => $default) {
	ok(in_array("mcha.$name", $directives, true), "mcha.$name is there");
	is(ini_get("mcha.$name"), $default, "the default of mcha.$name");
}

done();
?>
--EXPECT--
done
