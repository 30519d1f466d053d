--TEST--
When the process that computes a remembered value dies, hangs or is slow, another process takes over; nodes may die meanwhile
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* Computes when the file "finish" exists, or ends in the way that the test demands. */
$remember = '
	$options = unserialize(base64_decode(rtrim(fgets(STDIN))));
	$key = array_key_last($options);
	unset($options[$key]);
	$value = $client->remember($key, function () use ($path, $number) {
		note("made", $number);
		while (!file_exists("$path/finish")) {
			usleep(1000);
			foreach (["exit", "error"] as $end) {
				if (@unlink("$path/$end")) {
					$end === "exit" && exit;
					@trigger_error("", E_USER_ERROR);
				}
			}
		}
		return "by $number";
	}, 100, $options);
	note("got", $value);';
$begin = function (Cluster $cluster, int $size, array $options, string $key = 'key') use ($remember): Crowd {
	$crowd = new Crowd($cluster, $size, $remember, [], ['display_errors' => 0, 'mcha.retry_interval' => 0]);
	$crowd->go();
	foreach ($crowd->members as $member) {
		$member->tell(base64_encode(serialize($options + [$key => true])));
	}
	wait_until(fn() => $crowd->notes('made'), what: 'one process to compute');
	return $crowd;
};

/* The computing process ends: after SIGKILL the others wait for its lease to expire, any other end of a request releases the lease. */
foreach (['kill' => 1, 'exit' => 600, 'error' => 600] as $end => $lease) {
	$cluster = new Cluster(3);
	$crowd = $begin($cluster, 4, ['wait' => PATIENCE, 'lease_ttl' => $lease]);
	$first = (int) $crowd->notes('made')[0];
	if ($end === 'kill') {
		$crowd->members[$first]->kill();
	} else {
		touch("$crowd->path/$end");
	}
	wait_until(fn() => count($crowd->notes('made')) > 1, what: "another process to take over after $end");
	touch("$crowd->path/finish");
	$second = (int) $crowd->notes('made')[1];
	unset($crowd->members[$first]);
	is(array_values(array_unique($crowd->finish())), [""], "$end: no other process reports an error");
	if ($end !== 'kill') {
		is(count($crowd->notes('made')), 2, "$end: one process takes over");
		is($crowd->notes('got'), array_fill(0, 3, "by $second"), "$end: that process computes for all others");
	}
}

/* The computing process is slow: a process whose wait time is over computes, too; a process whose lease expired does not overwrite. */
$cluster = new Cluster(3);
$client = $cluster->client();
$crowd = $begin($cluster, 1, ['lease_ttl' => 600]);
is($client->remember('key', fn() => 'impatient', 100, ['wait' => 0.05]), 'impatient', 'a process whose wait time is over computes');
is($client->get('key'), 'impatient', 'that process stores its value');
touch("$crowd->path/finish");
$crowd->finish();
is($client->get('key'), 'by 0', 'the slow process stores its value when it finishes within its lease');
foreach (['nothing' => null, 'a stale value' => 'stale'] as $was => $value) {
	$client->delete('slow');
	if ($value) {
		$client->set('slow', $value, 50);
	}
	$options = ['stale_ttl' => 100, 'lease_ttl' => 1, 'wait' => PATIENCE];
	$slow = function ($outer) use ($client, $cluster, $options, $was) {
		/* until the slow process's lease has expired */
		$fast = $cluster->client();
		wait_until(fn() => $fast->remember('slow', fn() => 'fast', 100, $options) === 'fast', what: 'the lease to end');
		return 'slow';
	};
	is($client->remember('slow', $slow, 100, $options), 'slow', "over $was: the slow process returns the value that it computed");
	is(result($client), $value ? 'RES_DATA_EXISTS' : 'RES_NOTSTORED', "over $was: the result code says that the value is not stored");
	is($client->get('slow'), 'fast', "over $was: the faster process's value is kept");
}

/* Nodes die while one process computes: either home node of the key. */
foreach ([0, 1] as $which) {
	foreach (['kill', 'restart'] as $what) {
		$cluster = new Cluster(3);
		$client = $cluster->client();
		$name = "$what the key's home $which";
		$crowd = $begin($cluster, 6, ['wait' => PATIENCE, 'lease_ttl' => 600]);
		$node = $cluster->preference($client, 'key')[$which];
		$cluster->$what($node);
		$more = new Crowd($cluster, 2, $remember, [], ['mcha.retry_interval' => 0]);
		$more->go();
		foreach ($more->members as $member) {
			$member->tell(base64_encode(serialize(['wait' => PATIENCE, 'lease_ttl' => 600, 'key' => true])));
		}
		ok(!$more->members[0]->speaks(0.3), "$name: a process that calls remember() now waits, too");
		touch("$crowd->path/finish");
		is(array_unique($crowd->finish()), [''], "$name: no process reports an error");
		is(array_unique($more->finish()), [''], "$name: no later process reports an error");
		is(count($crowd->notes('made')), 1, "$name: one process computes");
		is($more->notes('made'), [], "$name: no later process computes");
		is(array_unique([...$crowd->notes('got'), ...$more->notes('got')]), ['by ' . $crowd->notes('made')[0]], "$name: all processes get the computed value");
	}
}

done();
?>
--EXPECT--
done
