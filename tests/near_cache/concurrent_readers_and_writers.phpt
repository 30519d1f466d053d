--TEST--
A slow reader or writer that races another process of the host leaves no outdated near cache copy
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
--SKIPIF--
<?php if (getenv('MCHA_VALGRIND_LOGS')) die('skip valgrind does not see what other processes write into shared memory');
$needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

function near_client(BadServer $server): McHA
{
	$client = new McHA();
	$client->setOptions(NEAR + [McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	$client->addServer($server->host, $server->port);
	return $client;
}

/* A process that shares APCu with this one does $slow: its first request of a kind gets the answer that was true
 * when the request came, after this process has done $meanwhile. Returns what this process reads then, whether from the near cache, and the nodes' value. */
function meet(array $rule, callable $slow, callable $meanwhile): array
{
	apcu_clear_cache();
	$folder = new Folder();
	$cluster = new Cluster(1);
	$elsewhere = $cluster->client([McHA::OPT_COMPRESSION => false]);
	$elsewhere->set('key', 'old');
	$front = new BadServer([$rule + ['times' => 1, 'gate' => "$folder->path/gate"]], $cluster->nodes[0]);
	$child = pcntl_fork();
	if ($child === 0) {
		$slow(near_client($front));
		exit(0);
	}
	wait_until(fn() => $front->seen($rule['match']), what: 'the slow request');
	$own = near_client($front);
	$meanwhile($own);
	touch("$folder->path/gate");
	pcntl_waitpid($child, $status);
	is($own->get('other'), 'other', 'the slow process ends');
	$value = $own->get('key');
	return [$value, local($own) !== [], $elsewhere->get('key')];
}

$end = fn(McHA $client) => $client->set('other', 'other');
$slow_read = ['match' => '/^mg key /', 'reply' => "VA 3 f0 t-1 {opaque}\r\nold\r\n"];
$read = function (McHA $client) use ($end): void {
	$client->get('key') === 'old' && $end($client);
};
is(meet($slow_read, $read, fn(McHA $client) => $client->set('key', 'new')), ['new', false, 'new'], 'a slow reader does not restore an overwritten value');
is(meet($slow_read, $read, fn(McHA $client) => $client->delete('key')), [false, false, false], 'a slow reader does not restore a deleted value');
is(meet($slow_read, $read, fn(McHA $client) => $client->flush()), [false, false, false], 'a slow reader does not restore a flushed value');
is(meet($slow_read, $read, fn(McHA $client) => $client->append('key', 'er')), ['older', false, 'older'], 'a slow reader does not restore a value that was appended to');
is(meet($slow_read, $read, fn(McHA $client) => true), ['old', true, 'old'], 'a slow reader\'s value is kept if no write came in between');

$slow_write = ['match' => '/^ms key /', 'pass' => true, 'reply' => "HD {opaque}\r\n"];
$write = function (McHA $client) use ($end): void {
	$client->set('key', 'slow') && $end($client);
};
is(meet($slow_write, $write, fn(McHA $client) => $client->set('key', 'quick')), ['quick', false, 'quick'], 'after two concurrent writes neither value is kept');
is(meet($slow_write, $write, fn(McHA $client) => $client->delete('key')), [false, false, false], 'a value that was deleted during its write is not kept');
is(meet($slow_write, $write, fn(McHA $client) => is($client->get('key'), 'slow', 'during a write the nodes are asked')), ['slow', true, 'slow'],
	'the value of a single writer is kept');

/* A process that is killed during its write. */
$cluster = new Cluster(1);
$front = new BadServer([['match' => '/^ms key /', 'pass' => true]], $cluster->nodes[0]);
$cluster->client()->set('key', 'old');
$own = near_client($front);
is($own->get('key'), 'old', 'the near cache has a copy');
$child = pcntl_fork();
if ($child === 0) {
	near_client($front)->set('key', 'written');
	exit(1);
}
wait_until(fn() => $front->seen('/^ms key /'), what: 'the write');
exec("kill -KILL $child");
pcntl_waitpid($child, $status);
is($own->get('key'), 'written', 'after a writer was killed the nodes are asked');
is(local($own), [], 'the old copy is not served');
is($own->get('key'), 'written', 'the next read is served from the near cache again');
is(local($own), ['key'], 'the copy that was read since is served');

done();
?>
--EXPECT--
done
