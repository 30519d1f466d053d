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
require dirname(__DIR__) . '/lib/standstill.inc';
require __DIR__ . '/nodes.inc';

const TIMEOUT = 8000; /* milliseconds: a suspected node may be silent for an eighth of it, another one for half of it */
const STILL = 0.5; /* seconds that no process has had a turn, which is more than a suspected node is given */
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
	const PATIENCE = 40; /* seconds: a suspicion that was missed does not come again */

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
		wait_until(fn() => $this->do("read $key")['states'][$node] === $state, self::PATIENCE, "node $node to be $state");
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

/* What the hosts say behind each step, by its name. */
function hang_for_all(int $interval): array
{
	$said = [];
	$cluster = new FaultyCluster(3, 1);
	$key = key_beside($cluster);
	$hosts = [new Workers($cluster, 2, $interval), new Workers($cluster, 2, $interval), new Workers($cluster, 2, $interval)];
	foreach ($hosts as $number => $host) {
		$said["before $number"] = $host->do('write before');
	}
	$cluster->apply(1, ['blackhole']);
	$said[0] = $hosts[0]->do('write first');
	foreach ([1, 2] as $other) {
		$interval && $hosts[$other]->awaitState(1, 'suspected', $key);
		$said[$other] = $hosts[$other]->do('write second');
	}
	$cluster->end();
	return $said;
}

$standstill = new Standstill();
foreach ([200, 0] as $interval) {
	$said = $standstill->without(STILL, fn() => hang_for_all($interval));
	foreach ([0, 1, 2] as $host) {
		is($said["before $host"]['failed'], 0, 'all nodes are in use');
		is($said[$host]['states'][1], 'down', "interval $interval: host $host holds the node down");
	}
	between($said[0]['slow'], 1, 2, "interval $interval: one timeout for each worker of the host that finds the node down");
	foreach ([1, 2] as $other) {
		if ($interval) {
			is($said[$other]['slow'], 0, "interval $interval: host $other pays no timeout for that");
		} else {
			between($said[$other]['slow'], 1, 2, "interval $interval: host $other pays timeouts for that");
		}
		between($said[$other]['failures'][1], 1, 2, "interval $interval: requests by which host $other has found that out");
	}
}

/* ---- a node that one host cannot reach ---- */

function cut_off_one_host(): array
{
	$cluster = new FaultyCluster(3, 1, groups: 2);
	$key = key_beside($cluster);
	$interval = 4000; /* node 1 is of the journal: the next look at the journal ends a suspicion there */
	$cut = new Workers($cluster, 2, $interval);
	putenv('LD_PRELOAD=' . Program::preloaded('reroute'));
	putenv('MCHA_REROUTED=' . implode(',', array_map(fn(int $i) => explode(':', $cluster->name($i))[1], range(0, 2))));
	$others = [new Workers($cluster, 2, $interval), new Workers($cluster, 2, $interval)];
	putenv('LD_PRELOAD');
	putenv('MCHA_REROUTED');
	$before = array_map(fn(Workers $host) => $host->do('write before')['failed'], [$cut, ...$others]);
	$cluster->apply(1, ['blackhole'], 0);
	$state = $cut->do('write first')['states'][1];
	foreach ($others as $other) {
		$other->awaitState(1, 'suspected', $key);
		$said[] = $other->do('write second');
	}
	$cluster->heal(1);
	$cluster->end();
	return [$before, $state, $said];
}

[$before, $state, $said] = $standstill->without(STILL, cut_off_one_host(...));
is($before, [0, 0, 0], 'all nodes are in use by all hosts');
is($state, 'down', 'the host that is cut off holds the node down');
foreach ($said as $other) {
	is($other, ['slow' => 0, 'failed' => 0, 'incomplete' => 0, 'states' => ['up', 'up', 'up'], 'failures' => [0, 0, 0]],
		'a host that reaches the node goes on with it');
}

done();
?>
--EXPECT--
done
