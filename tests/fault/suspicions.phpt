--TEST--
What one host finds down costs the others no timeout, and a node that only one host cannot reach is used by the others as before
--SKIPIF--
<?php
$needs = ['cc'];
require dirname(__DIR__) . '/lib/skip.inc';
if (getenv('MCHA_VALGRIND_LOGS') || getenv('MCHA_SANITIZER_LOGS')) {
	die('skip it preloads a library of its own');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/nodes.inc';

const TIMEOUT = 8000; /* milliseconds: a suspected node may be silent for an eighth of it, another one for half of it */
const KEYS = 40; /* of which two thirds have a copy on the node */

/* A worker of a host. "read KEY": what state the nodes have behind that; "write PREFIX": how many of its writes took more than
 * three eighths of the timeout, failed at some node, or have not all their copies. */
const WORKER = <<<'CODE'
	$client = new McHA();
	while (($line = fgets(STDIN)) !== false) {
		[$verb, $key] = explode(' ', rtrim($line));
		$slow = $failed = $incomplete = 0;
		for ($i = 0; $verb === 'write' && $i < (int) $argv[1]; $i++) {
			$began = hrtime(true);
			$client->set("$key$i", 'value') || print("set: {$client->getResultMessage()}\n");
			$slow += hrtime(true) - $began > 1e6 * (int) $argv[2] * 3 / 8;
			$report = $client->getLastReplication();
			$failed += count($report['failed']) > 0;
			$incomplete += $report['acknowledged'] < 2;
		}
		$verb === 'read' && $client->get($key);
		echo json_encode(['slow' => $slow, 'failed' => $failed, 'incomplete' => $incomplete,
			'states' => array_column($client->getNodes(), 'state'), 'failures' => array_column($client->getNodes(), 'failures')]), "\n";
	}
	CODE;

final class Workers
{
	/** @var Child[] */
	private array $children = [];
	private Folder $folder; /* in which the memory of the host is */

	/* The workers of one host. */
	public function __construct(FaultyCluster $cluster, int $count, int $interval)
	{
		$this->folder = new Folder();
		while (count($this->children) < $count) {
			$this->children[] = new Child(WORKER, [KEYS, TIMEOUT], ['mcha.servers' => $cluster->servers(), 'mcha.shared_memory' => "{$this->folder->path}/memory",
				'mcha.hint_interval' => $interval, 'mcha.operation_timeout' => TIMEOUT, 'mcha.connect_timeout' => TIMEOUT,
				'mcha.retry_interval' => 3600, 'mcha.retry_interval_max' => 7200]);
		}
	}

	/* What all workers do at once, added up; states and failures of nodes are those that the last one knows. */
	public function do(string $what): array
	{
		$sum = ['slow' => 0, 'failed' => 0, 'incomplete' => 0];
		array_map(fn(Child $child) => $child->tell($what), $this->children);
		foreach ($this->children as $child) {
			$said = json_decode($line = (string) $child->hear(), true) ?? throw new RuntimeException("a worker says: $line");
			foreach ($sum as $name => $count) {
				$sum[$name] = $count + $said[$name];
			}
		}
		return $sum + ['states' => $said['states'], 'failures' => $said['failures']];
	}

	public function awaitState(int $node, string $state, string $key): void
	{
		wait_until(fn() => $this->do("read $key")['states'][$node] === $state, what: "node $node to be $state");
	}
}

/* A key whose homes are the nodes 0 and 2: a process that reads it does not ask node 1 for it. */
function key_beside(FaultyCluster $cluster): string
{
	$client = new McHA(null, null, $cluster->servers());
	for ($n = 0;; $n++) {
		$order = array_map(fn(array $node) => "$node[host]:$node[port]", $client->getReplicas("beside$n"));
		if ($order[0] !== $cluster->name(1) && $order[1] !== $cluster->name(1)) {
			return "beside$n";
		}
	}
}

/* ---- a node that hangs, for all hosts ---- */

foreach ([200, 0] as $interval) {
	$cluster = new FaultyCluster(3, 1);
	$key = key_beside($cluster);
	$hosts = [new Workers($cluster, 2, $interval), new Workers($cluster, 2, $interval), new Workers($cluster, 2, $interval)];
	foreach ($hosts as $host) {
		is($host->do('write before')['failed'], 0, 'all nodes are in use');
	}
	$cluster->apply(1, ['blackhole']);
	$first = $hosts[0]->do('write first');
	between($first['slow'], 1, 2, "interval $interval: one timeout for each worker of the host that finds the node down");
	is($first['states'][1], 'down', "interval $interval: the first host holds the node down");
	foreach ([1, 2] as $other) {
		if ($interval) {
			$hosts[$other]->awaitState(1, 'suspected', $key);
		}
		$said = $hosts[$other]->do('write second');
		is($said['states'][1], 'down', "interval $interval: host $other has found the node down");
		if ($interval) {
			is($said['slow'], 0, "interval $interval: host $other pays no timeout for that");
		} else {
			between($said['slow'], 1, 2, "interval $interval: host $other pays timeouts for that");
		}
		between($said['failures'][1], 1, 2, "interval $interval: requests by which host $other has found that out");
	}
	$cluster->end();
}

/* ---- a node that one host cannot reach ---- */

$cluster = new FaultyCluster(3, 1, groups: 2);
$key = key_beside($cluster);
$interval = 4000; /* node 1 is of the journal: the next look at the journal ends a suspicion there */
$cut = new Workers($cluster, 2, $interval);
putenv('LD_PRELOAD=' . Program::preloaded('reroute'));
putenv('MCHA_REROUTED=' . implode(',', array_map(fn(int $i) => explode(':', $cluster->name($i))[1], range(0, 2))));
$others = [new Workers($cluster, 2, $interval), new Workers($cluster, 2, $interval)];
putenv('LD_PRELOAD');
putenv('MCHA_REROUTED');
foreach ([$cut, ...$others] as $host) {
	is($host->do('write before')['failed'], 0, 'all nodes are in use by all hosts');
}
$cluster->apply(1, ['blackhole'], 0);
is($cut->do('write first')['states'][1], 'down', 'the host that is cut off holds the node down');
foreach ($others as $other) {
	$other->awaitState(1, 'suspected', $key);
	is($other->do('write second'), ['slow' => 0, 'failed' => 0, 'incomplete' => 0, 'states' => ['up', 'up', 'up'], 'failures' => [0, 0, 0]],
		'a host that reaches the node goes on with it');
}
$cluster->heal(1);
$cluster->end();

done();
?>
--EXPECT--
done
