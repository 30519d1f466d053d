--TEST--
mcha.zone_writes=local: what does not come to the far zone is owed there, whoever hangs, breaks off or dies
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (!function_exists('pcntl_fork')) {
	die('skip no pcntl');
}
?>
--INI--
mcha.operation_timeout=2000
mcha.connect_timeout=2000
mcha.retry_interval_max=1
mcha.zone_writes=local
mcha.local_zone=near
mcha.read_policy=nearest
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$gate = new Gate($cluster->nodes[1]);
$pool = $cluster->name(0) . "?zone=near,$gate->name?zone=far";

/* A process that does one thing after the other, each when it is told to; it shares the table of debts with us. */
final class Worker
{
	public readonly int $pid;
	private $line;

	public function __construct(string $pool)
	{
		[$this->line, $its] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
		$pid = pcntl_fork();
		if ($pid) {
			$this->pid = $pid;
			return;
		}
		$client = new McHA(null, null, $pool);
		while ($call = fgets($its)) {
			[$method, $arguments] = json_decode($call);
			fwrite($its, json_encode([$client->$method(...$arguments), $client->getLastReplication()['pending']]) . "\n");
		}
		exec('kill -9 ' . getmypid());
	}

	/* Open connections to both nodes: what is held at the gate afterwards is the writes, not a greeting. */
	public function connect(): void
	{
		wait_until(fn() => count(array_filter((array) $this->getVersion()[0], fn($version) => preg_match('/^1\.\d/', (string) $version))) === 2,
			what: 'both nodes to be connected to');
	}

	public function __call(string $method, array $arguments): array
	{
		fwrite($this->line, json_encode([$method, $arguments]) . "\n");
		return json_decode(fgets($this->line));
	}

	public function kill(): void
	{
		exec("kill -9 $this->pid");
		pcntl_waitpid($this->pid, $status);
	}
}

$all = new McHA(null, null, $pool);
$all->setOption(McHA::OPT_ZONE_WRITES, 'all');
$client = new McHA(null, null, $pool);
$far = [$gate->name];
/* Another key goes along: who is down is found to be back by those that owe nothing. */
$both = function (string $key, string $value) use ($all, $cluster): void {
	wait_until(fn() => $all->set('another', 1) && $all->set($key, $value) && $cluster->copies($key) === [$value, $value], what: "two copies of $key");
};
$is_made_good = function (string $key, string $value) use ($client, $cluster): void {
	wait_until(fn() => $client->set('another', 1) && $client->get($key) === $value && $cluster->holds(1, $key) === $value, what: "$key to be made good");
	is($cluster->holds(0, $key), $value, "$key is the same in both zones");
};

/* Another process' write is on its way: the old copy there is nobody's answer. */
$both('k', 'old');
$worker = new Worker($pool);
$worker->connect();
$gate->holdRequests();
is($worker->set('k', 'new'), [true, $far], 'written here, sent there');
is($cluster->copies('k'), ['new', 'old'], 'where it has not come yet');
is($client->get('k'), 'new', 'read here');
$cluster->delete(0, 'k');
is($client->get('k'), false, 'lost here: it is not read there');
is($client->getResultCode(), McHA::RES_NOTFOUND, 'nor is the far zone waited for');

/* It dies before it has heard of it, and what it sent is lost. */
is($worker->set('k', 'newer'), [true, $far], 'written once more');
$worker->kill();
$gate->cut();
$gate->open();
is($cluster->copies('k'), ['newer', 'old'], 'the far copy is old');
$is_made_good('k', 'newer');

/* The same, and then the near zone dies, too: an error rather than the old value. */
$both('k', 'old');
$worker = new Worker($pool);
$worker->connect();
$gate->holdRequests();
is($worker->set('k', 'new'), [true, $far], 'written here, sent there');
$worker->kill();
$gate->cut();
$gate->open();
$cluster->stop(0);
for ($i = 0; $i < 3; $i++) {
	is($client->get('k'), false, 'nobody reads the old copy');
	ok($client->getResultCode() !== McHA::RES_NOTFOUND, 'nor is it said that there is none');
}
$cluster->cont(0);
wait_until(fn() => $client->get('k') === 'new', what: 'the near zone to answer');
$is_made_good('k', 'new');

/* A deletion that does not come there. */
$both('k', 'old');
$worker = new Worker($pool);
$worker->connect();
$gate->holdRequests();
is($worker->delete('k'), [true, $far], 'deleted here');
$worker->kill();
$gate->cut();
$gate->open();
is($cluster->copies('k'), [1 => 'old'], 'the far copy is there');
is($client->get('k'), false, 'and not read');
wait_until(fn() => $client->set('another', 1) && $client->get('k') === false && $cluster->copies('k') === [], what: 'it to be deleted');

/* The far zone hangs: it is found out without anybody's waiting for it. */
$both('k', 'old');
$client->set('warm', 'up');
$cluster->stop(1);
ok($client->set('k', 'new'), 'it hangs');
is($client->getLastReplication()['pending'], $far, 'and is not waited for');
wait_until(fn() => $client->set('k', 'new') && $client->getNodes()[1]['state'] === 'down', what: 'it to be held down');
is($cluster->holds(0, 'k'), 'new', 'here it is');
$cluster->cont(1);
$is_made_good('k', 'new');

/* Connections break. */
$both('k', 'old');
wait_until(fn() => $client->set('k', 'old') && $client->getLastReplication()['failed'] === [], what: 'the far zone to be as ever');
$gate->holdRequests();
ok($client->set('k', 'new'), 'sent into a connection');
is($client->getLastReplication()['pending'], $far, 'and not waited for');
$gate->cut();
$gate->open();
$is_made_good('k', 'new');

/* It refuses: a counter that is none there. */
$all->set('n', 5);
wait_until(fn() => $cluster->copies('n') === ['5', '5'], what: 'two copies');
$cluster->raw(1, "ms n 5\r\nwords\r\n");
wait_until(fn() => $client->increment('n') && $client->getLastReplication()['pending'] !== [], what: 'a count that is not waited for');
wait_until(fn() => $client->set('another', 1) && $client->get('n') && $cluster->holds(1, 'n') === $cluster->holds(0, 'n'), what: 'the far counter to be a counter');

/* Two processes write one key, the later write comes first: the far copy is what ours is in the end. */
$both('k', 'old');
$worker = new Worker($pool);
$worker->connect();
$other = new Worker($pool);
$other->connect();
$gate->holdRequests();
is($worker->set('k', 'first'), [true, $far], 'one');
is($other->set('k', 'second'), [true, $far], 'and then another');
$gate->openNewest();
wait_until(fn() => $cluster->holds(1, 'k') === 'second', what: 'the second write to come there');
$gate->open();
wait_until(fn() => $cluster->holds(1, 'k') === 'first', what: 'the first one to come after it');
$worker->get('k');
$other->get('k');
$is_made_good('k', 'second');
$worker->kill();
$other->kill();

done();
?>
--EXPECT--
done
