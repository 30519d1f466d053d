--TEST--
Hosts with the old pool and hosts with the new pool see each other's values, if each host knows both pools
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

const STEPS = 4000;

$cluster = new Cluster(6);
foreach ([[[0, 1, 2, 3], [0, 1, 2, 4]], [[0, 1], [2, 3]], [[0, 1, 2], [0, 1, 2, 3, 4, 5]]] as [$old, $new]) {
	$title = json_encode([$old, $new]);
	$off = [McHA::OPT_COMPRESSION => false];
	$hosts = [client_of($cluster, $old, $new, $off), client_of($cluster, $new, $old, $off)];
	mt_srand(1);
	$model = [];
	for ($step = $wrong = 0; $step < STEPS; $step++) {
		$host = $hosts[mt_rand(0, 1)];
		$key = 'key' . mt_rand(0, 30);
		$has = $model[$key] ?? null;
		$verb = ['get', 'get', 'set', 'delete', 'add', 'replace', 'append', 'count', 'cas', 'touch'][mt_rand(0, 9)];
		$expected = [
			'get' => $has ?? false, 'set' => true, 'delete' => $has !== null, 'add' => $has === null,
			'replace' => $has !== null, 'append' => $has !== null, 'touch' => $has !== null, 'cas' => $has !== null,
			'count' => $has !== null ? $has + 3 : 5000,
		][$verb];
		$found = match ($verb) {
			'get', 'delete' => $host->$verb($key),
			'set', 'add', 'replace' => $host->$verb($key, (string) $step),
			'append' => (bool) $host->append($key, '1'),
			'count' => $host->increment($key, 3, 5000),
			'touch' => $host->touch($key, 3000),
			'cas' => ($token = $host->get($key, null, McHA::GET_EXTENDED)) && $host->cas($token['cas'], $key, (string) $step),
		};
		if ($verb === 'delete' || ($verb !== 'get' && $verb !== 'touch' && $expected)) {
			$model[$key] = match ($verb) {
				'delete' => null, 'append' => "{$has}1", 'count' => (string) $expected, default => (string) $step,
			};
			if (strlen((string) $model[$key]) > 12) {
				$hosts[0]->delete($key);
				$model[$key] = null;
			}
		}
		if ((string) $found !== (string) $expected && $wrong++ < 3) {
			is($found, $expected, "$title: step $step, $verb of $key, by the host with the " . ($host === $hosts[0] ? 'old pool' : 'new pool'));
		}
	}
	is($wrong, 0, "$title: operations with wrong results, as compared with a single pool");
	$hosts[0]->flush();
	empty_nodes($cluster, range(0, 5));
}

done();
?>
--EXPECT--
done
