--TEST--
When the process that computes dies, hangs or is slow, another one takes over; nodes may die meanwhile
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* Computes when the file "finish" is there, or ends as it says. */
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
	wait_until(fn() => $crowd->notes('made'), what: 'one to compute');
	return $crowd;
};

/* It dies: by SIGKILL its lease must end, any other end of the request gives it back. */
foreach (['kill' => 1, 'exit' => 600, 'error' => 600] as $end => $lease) {
	$cluster = new Cluster(3);
	$crowd = $begin($cluster, 4, ['wait' => PATIENCE, 'lease_ttl' => $lease]);
	$first = (int) $crowd->notes('made')[0];
	if ($end === 'kill') {
		$crowd->members[$first]->kill();
	} else {
		touch("$crowd->path/$end");
	}
	wait_until(fn() => count($crowd->notes('made')) > 1, what: "another one to take over, after $end");
	touch("$crowd->path/finish");
	$second = (int) $crowd->notes('made')[1];
	unset($crowd->members[$first]);
	is(array_values(array_unique($crowd->finish())), [""], "$end: nobody else complains");
	if ($end !== 'kill') {
		is(count($crowd->notes('made')), 2, "$end: one takes over");
		is($crowd->notes('got'), array_fill(0, 3, "by $second"), "$end: and computes for all");
	}
}

/* It is slow: who has waited enough computes, too; who outlived the lease does not overwrite. */
$cluster = new Cluster(3);
$client = $cluster->client();
$crowd = $begin($cluster, 1, ['lease_ttl' => 600]);
is($client->remember('key', fn() => 'impatient', 100, ['wait' => 0.05]), 'impatient', 'who has waited enough computes');
is($client->get('key'), 'impatient', 'and stores');
touch("$crowd->path/finish");
$crowd->finish();
is($client->get('key'), 'by 0', 'the other one stores when he has finished');
foreach (['nothing' => null, 'a stale one' => 'stale'] as $was => $value) {
	$client->delete('slow');
	if ($value) {
		$client->set('slow', $value, 50);
	}
	$options = ['stale_ttl' => 100, 'lease_ttl' => 1, 'wait' => PATIENCE];
	$slow = function ($outer) use ($client, $cluster, $options, $was) {
		/* until the lease has ended */
		$fast = $cluster->client();
		wait_until(fn() => $fast->remember('slow', fn() => 'fast', 100, $options) === 'fast', what: 'the lease to end');
		return 'slow';
	};
	is($client->remember('slow', $slow, 100, $options), 'slow', "over $was: who was slow has what he computed");
	is(result($client), $value ? 'RES_DATA_EXISTS' : 'RES_NOTSTORED', "over $was: and hears that it is not stored");
	is($client->get('slow'), 'fast', "over $was: because another one was faster");
}

/* Nodes die while one computes: of two homes either, the one that decides first. */
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
		ok(!$more->members[0]->speaks(0.3), "$name: who comes now waits, too");
		touch("$crowd->path/finish");
		is(array_unique($crowd->finish()), [''], "$name: nobody complains");
		is(array_unique($more->finish()), [''], "$name: nor who came later");
		is(count($crowd->notes('made')), 1, "$name: one computes");
		is($more->notes('made'), [], "$name: and only one");
		is(array_unique([...$crowd->notes('got'), ...$more->notes('got')]), ['by ' . $crowd->notes('made')[0]], "$name: all have its value");
	}
}

done();
?>
--EXPECT--
done
