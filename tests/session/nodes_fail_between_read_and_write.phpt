--TEST--
A node that dies, hangs or is restarted between a session's read and its write is not mistaken for another writer
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

const WORK = 'session_start(); $_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; echo "in\n"; fgets(STDIN); session_write_close(); echo "out\n";';
$read = fn(Cluster $cluster, string $id, array $ini) => visit($cluster, $id, 'session_start(); echo $_SESSION["n"] ?? "none";', $ini)->finish();
/* a node that is down is probed at once */
const QUICK = ['mcha.retry_interval' => 0, 'mcha.retry_interval_max' => 0];
$kinds = [
	'meta' => [[], []], 'binary' => [['mcha.protocol' => 'binary'], []], 'no CAS' => [[], ['arguments' => ['-C']]],
	'versions' => [[], ['memcached' => newer_memcached()]],
];
foreach ($kinds as $name => [$ini, $options]) {
	if (array_key_exists('memcached', $options) && !$options['memcached']) {
		continue; /* no server on this machine accepts versions */
	}
	$ini += QUICK;
	$cluster = new Cluster(3, $options);
	foreach (array_keys($cluster->nodes) as $victim) {
		foreach (['a new session' => 0, 'an existing session' => 1] as $kind => $before) {
			foreach ($before ? ['dies', 'is restarted empty'] : ['dies'] as $fate) {
				$what = "$name, $kind, node $victim $fate";
				$id = new_id();
				if ($before) {
					visit($cluster, $id, 'session_start(); $_SESSION["n"] = 1;', $ini)->finish();
				}
				$work = visit($cluster, $id, WORK, $ini);
				is($work->hear(), 'in', "$what: a request has the session open");
				$cluster->kill($victim);
				if ($fate !== 'dies') {
					$cluster->restart($victim);
				}
				$work->tell('go');
				is($work->hear(), 'out', "$what: the request writes without a warning");
				is($work->finish(), '', "$what: the request ends normally");
				if ($fate === 'dies') {
					is($read($cluster, $id, $ini), (string) ($before + 1), "$what: the session has the new data");
					$cluster->restart($victim);
				}
				is($read($cluster, $id, $ini), (string) ($before + 1), "$what: the session has the new data when all nodes are up");
			}
		}
	}
}

/* A node that hangs delays the write by one operation's timeout at most; hint replay repairs the node when it continues. */
foreach (['meta', 'versions'] as $name) {
	[$ini, $options] = $kinds[$name];
	if (array_key_exists('memcached', $options) && !$options['memcached']) {
		continue;
	}
	$cluster = new Cluster(3, $options);
	foreach (array_keys($cluster->nodes) as $victim) {
		$what = "$name, node $victim hangs";
		$ini = ['mcha.operation_timeout' => 9000, 'mcha.failover_ttl' => 300] + QUICK;
		$id = new_id();
		visit($cluster, $id, 'session_start(); $_SESSION["n"] = 1;', $ini)->finish();
		$work = visit($cluster, $id, WORK, $ini);
		is($work->hear(), 'in', "$what: a request has the session open");
		$cluster->stop($victim);
		$work->tell('go');
		is($work->hear(), 'out', "$what: the request writes without a warning");
		$cluster->cont($victim);
		is($work->finish(), '', "$what: the request ends normally");
	}
}

done();
?>
--EXPECT--
done
