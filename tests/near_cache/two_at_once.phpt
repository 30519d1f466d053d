--TEST--
Local copies: slow readers and writers that meet leave nothing behind that is not so
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

/* A process that shares APCu with this one does something $slow: the first request of a kind is answered, by what was true
 * when it came, after this one has done something $meanwhile. Then: what it reads, whether from here, and what there is. */
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
	is($own->get('other'), 'other', 'the other one has come to its end');
	$value = $own->get('key');
	return [$value, local($own) !== [], $elsewhere->get('key')];
}

$end = fn(McHA $client) => $client->set('other', 'other');
$slow_read = ['match' => '/^mg key /', 'reply' => "VA 3 f0 t-1 {opaque}\r\nold\r\n"];
$read = function (McHA $client) use ($end): void {
	$client->get('key') === 'old' && $end($client);
};
is(meet($slow_read, $read, fn(McHA $client) => $client->set('key', 'new')), ['new', false, 'new'], 'a slow reader does not bring back what was overwritten');
is(meet($slow_read, $read, fn(McHA $client) => $client->delete('key')), [false, false, false], 'nor what was deleted');
is(meet($slow_read, $read, fn(McHA $client) => $client->flush()), [false, false, false], 'nor what was flushed');
is(meet($slow_read, $read, fn(McHA $client) => $client->append('key', 'er')), ['older', false, 'older'], 'nor what was changed');
is(meet($slow_read, $read, fn(McHA $client) => true), ['old', true, 'old'], 'and is believed if nothing happened');

$slow_write = ['match' => '/^ms key /', 'pass' => true, 'reply' => "HD {opaque}\r\n"];
$write = function (McHA $client) use ($end): void {
	$client->set('key', 'slow') && $end($client);
};
is(meet($slow_write, $write, fn(McHA $client) => $client->set('key', 'quick')), ['quick', false, 'quick'], 'of two writers at once neither is believed');
is(meet($slow_write, $write, fn(McHA $client) => $client->delete('key')), [false, false, false], 'nor is a writer whose value was deleted at once');
is(meet($slow_write, $write, fn(McHA $client) => is($client->get('key'), 'slow', 'while a write is under way the nodes are asked')), ['slow', true, 'slow'],
	'a writer alone is');

/* A process that dies while it writes. */
$cluster = new Cluster(1);
$front = new BadServer([['match' => '/^ms key /', 'pass' => true]], $cluster->nodes[0]);
$cluster->client()->set('key', 'old');
$own = near_client($front);
is($own->get('key'), 'old', 'a copy');
$child = pcntl_fork();
if ($child === 0) {
	near_client($front)->set('key', 'written');
	exit(1);
}
wait_until(fn() => $front->seen('/^ms key /'), what: 'the write');
exec("kill -KILL $child");
pcntl_waitpid($child, $status);
is($own->get('key'), 'written', 'the nodes are asked after a writer died');
is(local($own), [], 'and not the copy');
is($own->get('key'), 'written', 'then the copy counts again');
is(local($own), ['key'], 'that was read since');

done();
?>
--EXPECT--
done
