--TEST--
A connection over TLS is kept, belongs to the process that made it and to clients with the same settings, and follows files that change
--SKIPIF--
<?php $needs = ['memcached', 'tls', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$authority = new Authority();
$other = new Authority('another authority');
$cluster = new Cluster(1, ['tls' => $authority->issue()]);
/* The statistics' own connection counts, too. */
$connections = function () use ($cluster): int {
	preg_match('/STAT total_connections (\d+)/', $cluster->raw(0, "stats\r\n"), $found);
	static $asked = 0;
	return $found[1] - ++$asked;
};
$pool = function (array $tls) use ($cluster): McHA {
	$client = new McHA('kept', null, $cluster->servers());
	$client->setOption(McHA::OPT_TLS, $tls);
	return $client;
};
$client = $pool(['ca' => $authority->path]);
ok($client->set('key', 'value'), 'set');
$before = $connections();
for ($i = 0; $i < 20; $i++) {
	is($pool(['ca' => $authority->path])->get('key'), 'value', 'the persistent pool');
}
is($connections() - $before, 0, 'keeps its connection');
is($pool(['ca' => $other->path])->get('key'), false, 'another authority does not use that connection');
is($pool(['ca' => $authority->path])->get('key'), 'value', 'the first authority connects again');
$plain = new McHA('kept', null, $cluster->name(0));
is($plain->get('key'), false, 'nor does a client without tls:// use it');
is($pool(['ca' => $authority->path])->get('key'), 'value', 'which is still there');

/* A forked child has a connection of its own, and ends none of its parent's. */
$client = $pool(['ca' => $authority->path]);
$client->get('key');
$before = $connections();
for ($i = 0; $i < 3; $i++) {
	$pid = pcntl_fork();
	if ($pid === 0) {
		$good = $i === 2 || ($client->get('key') === 'value' && $client->set("child$i", $i));
		exit($good ? 7 : 8);
	}
	pcntl_waitpid($pid, $status);
	is(pcntl_wexitstatus($status), 7, 'a forked child reads and writes');
	is($client->get('key'), 'value', 'the parent goes on');
}
is($connections() - $before, 2, 'each child that asks has a connection of its own, the parent keeps its one');

/* An authority that changes. */
$folder = new Folder();
$file = "$folder->path/ca.pem";
copy($other->path, $file);
$client = new McHA(null, null, $cluster->servers());
$client->setOption(McHA::OPT_TLS, ['ca' => $file]);
is($client->get('key'), false, 'an authority that did not issue the certificate');
copy($authority->path, "$file.new");
rename("$file.new", $file);
ok(wait_until(fn() => $client->get('key') === 'value'), 'the file is replaced, and read again');
file_put_contents($file, 'nonsense');
for ($end = microtime(true) + 1.5; microtime(true) < $end; usleep(100000)) {
	$client->quit();
	is($client->get('key'), 'value', 'a file that cannot be used does not take the place of the former one');
}

done();
?>
--EXPECT--
done
