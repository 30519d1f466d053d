--TEST--
mcha drill counts what would be lost with each node and each zone, and breaks nothing
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
--FILE--
<?php
require __DIR__ . '/mcha.inc';

$cluster = new Cluster(4);
$pool = implode(',', array_map(fn(int $i) => $cluster->name($i) . '?zone=' . 'aabb'[$i], [0, 1, 2, 3]));
$mcha = new CommandLine($pool);
$client = new McHA(null, null, $pool);
$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
$keys = array_map(fn(int $i) => $i % 50 ? "key$i" : (string) $i, range(1, 200));
$client->setMulti(array_fill_keys($keys, 'value'), 1000);
ini_set('session.save_handler', 'mcha');
ini_set('session.save_path', $pool);
ini_set('session.use_cookies', '0');
ini_set('session.cache_limiter', '');
session_id('ada');
session_start();
$_SESSION['name'] = 'Ada';
session_write_close();

$result = $mcha->json('drill');
is([$mcha->exitCode, $result['keys'], array_sum(array_column($result['losses'], 'lost'))], [0, 201, 0], "nothing would be lost: $mcha->errors");
is(array_sum(array_column(array_slice($result['losses'], 0, 4), 'held')), 402, 'each key has two copies');
is(array_column(array_slice($result['losses'], 4), 'held', 'zone'), ['a' => 201, 'b' => 201], 'one in each zone');

/* Two keys, and the session, have one copy each. */
$cluster->delete($cluster->preference($client, 'key1')[1], 'key1');
$cluster->delete($cluster->preference($client, 'key2')[0], 'key2');
$holder = array_keys($cluster->copies('memc.sess.key.ada'));
$cluster->delete($holder[0], 'memc.sess.key.ada');
$result = $mcha->json('drill');
$left = ['key1' => $cluster->preference($client, 'key1')[0], 'key2' => $cluster->preference($client, 'key2')[1], 'session' => $holder[1]];
$lost = array_fill_keys(array_map([$cluster, 'name'], [0, 1, 2, 3]), 0);
foreach ($left as $node) {
	$lost[$cluster->name($node)]++;
}
is(array_column(array_slice($result['losses'], 0, 4), 'lost', 'node'), $lost, 'what would be lost with each node');
is([$mcha->exitCode, array_column($result['losses'], 'sessions', 'node')[$cluster->name($holder[1])]], [1, 1], 'a session among them');
is(array_sum(array_column(array_slice($result['losses'], 4), 'lost')), 3, 'and with the zones');
$text = $mcha->run('drill');
ok(preg_match('/^node ' . preg_quote($cluster->name($holder[1])) . ' +\d+ +' . $lost[$cluster->name($holder[1])] . ' +\d\.\d % +1 /m', $text), "in words: $text");
is(array_map(fn(string $key) => count($cluster->copies($key)), ['key1', 'key2', 'key3']), [1, 1, 2], 'drill changes nothing');
$mcha->run('resync', '--after=0.1', '--state=' . ($state = new Folder())->path);
is([$mcha->json('drill')['keys'], $mcha->exitCode], [201, 0], 'after a resync nothing would be lost');
$cluster->kill(0);
$result = $mcha->json('drill');
is([$mcha->exitCode, array_keys($result['unlisted']), $result['unknown'] > 0], [3, [$cluster->name(0)], true], 'a dead node is named');

done();
?>
--EXPECT--
done
