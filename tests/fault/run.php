<?php
/* Rounds of the fault rig from the command line; tests/fault/run starts it.
 *
 *   --seed N         of the first round (a random one); the seed repeats a round, except for the timing of the machine
 *   --rounds N       (1)
 *   --seconds N      of each round, not counting the time in which copies converge (20)
 *   --nodes N  --copies N  --workers N      (3, 2, 6); with the draw moves there is one node more
 *   --subject NAME   mcha, memcached (pecl memcached), memcache (pecl memcache)
 *   --memcached PATH another memcached than the first on the PATH
 *   --timeout MS     operation timeout (1000)
 *   --ini NAME=VALUE (more than once)
 *   --only LIST      only these draws (comma-separated; see draws.inc, or --draws)
 *   --with LIST      these draws besides the usual ones
 *   --without LIST   the present draws without these
 *   --faults LIST    only these faults of nodes (see script.inc)
 *   --draws          lists the draws
 *   --registers      get, set and delete by majority: each key must be linearizable
 *   --apart          each worker is a separate host, and half of the faults of the network concern one half of the hosts alone
 *                    (without the draws zones, moves, losses and spares; with reboots)
 *   --tls            the nodes speak TLS
 *   --keep FOLDER    keeps the history of a round with violations there, in a folder named after its seed
 *   --json FILE      a line of figures for each round
 *
 * The output names the kind and the key of each violation and the operations on that key before, and for each round
 * with violations the command that repeats the round. Exit code 1: there was a violation. */

require_once __DIR__ . '/round.inc';

/* Longest operation and failures, by the faults that were in force. */
final class Figures
{
	/** @var array<string, array{operations: int, unknown: int, longest: int, which: string}> */
	public array $byFault = [];

	/** @param Operation[] $operations */
	public function __construct(array $operations, array $faults)
	{
		foreach ($operations as $operation) {
			if ($operation->end === PHP_INT_MAX) {
				continue;
			}
			foreach ($this->during($operation, $faults) as $fault) {
				$this->add($fault, $operation);
			}
		}
		ksort($this->byFault);
	}

	/* @return string[] kinds of faults */
	private function during(Operation $operation, array $faults): array
	{
		$kinds = [];
		foreach ($faults as [$begin, $end, $kind]) {
			if ($begin <= $operation->end && $end >= $operation->start) {
				$kinds[$kind] = $kind;
			}
		}
		return $kinds ?: ['none'];
	}

	private function add(string $fault, Operation $operation): void
	{
		$figures = &$this->byFault[$fault];
		$figures ??= ['operations' => 0, 'unknown' => 0, 'longest' => 0, 'which' => ''];
		$figures['operations']++;
		$figures['unknown'] += $operation->outcome === Outcome::Unknown;
		$took = $operation->end - $operation->start;
		if ($operation->kind !== 'visit' && $took > $figures['longest']) {
			$figures['longest'] = $took;
			$figures['which'] = $operation->kind . ($operation->argument === 'multi' ? ' of many' : '');
		}
	}
}

function parse_arguments(array $words): array
{
	$settings = [
		'seed' => random_int(1, 999999), 'rounds' => 1, 'seconds' => 20.0, 'nodes' => 3, 'copies' => 2, 'workers' => 6,
		'subject' => 'mcha', 'memcached' => null, 'timeout' => 1000, 'keep' => null, 'json' => null,
		'draws' => in_array('--apart', $words, true) ? Draws::apart() : Draws::USUAL, 'ini' => [], 'registers' => false, 'apart' => false, 'tls' => false,
	];
	while (($word = array_shift($words)) !== null) {
		$name = substr($word, 2);
		if ($word === '--draws') {
			foreach (Draws::ALL as $draw => $what) {
				printf("%-12s%s %s\n", $draw, in_array($draw, Draws::USUAL, true) ? '*' : ' ', $what);
			}
			exit("*: usual\n");
		} elseif (in_array($word, ['--only', '--with', '--without'], true) && $words) {
			$draws = Draws::parse(array_shift($words));
			$settings['draws'] = array_values(match ($word) {
				'--only' => $draws,
				'--with' => array_unique([...$settings['draws'], ...$draws]),
				'--without' => array_diff($settings['draws'], $draws),
			});
		} elseif ($word === '--faults' && $words) {
			$settings['weights'] = array_intersect_key(FaultScript::WEIGHTS, array_flip(explode(',', array_shift($words))));
		} elseif (in_array($word, ['--registers', '--apart', '--tls'], true)) {
			$settings[$name] = true;
		} elseif ($word === '--ini' && str_contains($words[0] ?? '', '=')) {
			[$directive, $value] = explode('=', array_shift($words), 2);
			$settings['ini'][$directive] = $value;
		} elseif (str_starts_with($word, '--') && array_key_exists($name, $settings) && $words) {
			$value = array_shift($words);
			$settings[$name] = match (gettype($settings[$name])) {
				'integer' => (int) $value,
				'double' => (float) $value,
				default => $value,
			};
		} else {
			fwrite(STDERR, "run.php: what is \"$word\"? See the head of tests/fault/run.php\n");
			exit(2);
		}
	}
	if ($misfit = Draws::misfit($settings['draws'], $settings['apart'])) {
		fwrite(STDERR, "run.php: $misfit\n");
		exit(2);
	}
	if ($settings['tls'] && $settings['subject'] !== 'mcha') {
		fwrite(STDERR, "run.php: $settings[subject] does not speak TLS\n");
		exit(2);
	}
	return $settings;
}

function show_violations(Checker $checker): void
{
	foreach (array_filter($checker->violations) as $class => $list) {
		printf("  %-10s %d\n", $class, count($list));
		foreach (array_slice($list, 0, 5) as $i => $violation) {
			echo "             $violation\n";
			[$key, $operation] = $checker->about[$violation] ?? ['', null];
			foreach ($i === 0 && $operation ? $checker->around($key, $operation) : [] as $other) {
				echo '               ', $other === $operation ? '> ' : '  ', $other, "\n";
			}
		}
	}
}

/* The shell command that repeats the round. */
function command_of(array $settings): string
{
	$words = ['tests/fault/run'];
	foreach (['seed', 'seconds', 'nodes', 'copies', 'workers', 'subject', 'memcached', 'timeout'] as $name) {
		if ($settings[$name] !== null) {
			array_push($words, "--$name", (string) $settings[$name]);
		}
	}
	array_push($words, '--only', implode(',', $settings['draws']));
	if (isset($settings['weights'])) {
		array_push($words, '--faults', implode(',', array_keys($settings['weights'])));
	}
	foreach ($settings['ini'] as $directive => $value) {
		array_push($words, '--ini', "$directive=$value");
	}
	foreach (['registers', 'apart', 'tls'] as $name) {
		if ($settings[$name]) {
			$words[] = "--$name";
		}
	}
	return implode(' ', array_map(fn(string $word) => preg_match('/^[\w.,=:\/-]+$/', $word) ? $word : escapeshellarg($word), $words));
}

function run_round(array $settings): int
{
	printf("%s, %d nodes, %d copies, seed %d: ", $settings['subject'], $settings['nodes'], $settings['copies'], $settings['seed']);
	$round = new Round($settings);
	$checker = $round->run();
	echo $round->layout() === '' ? '' : $round->layout() . ': ';
	if ($round->void) {
		echo "void: $round->void\n";
		return 0;
	}
	$figures = new Figures($checker->operations, $round->faults);
	printf("%d operations, %d faults, %d violations", count($checker->operations), count($round->faults), $checker->count());
	foreach (array_filter($checker->findings) as $finding => $count) {
		echo ", $finding: $count";
	}
	echo "\n";
	if ($checker->count()) {
		echo '  again: ', command_of($settings), "\n";
	}
	show_violations($checker);
	if ($settings['json']) {
		file_put_contents($settings['json'], json_encode([
			...array_diff_key($settings, ['json' => 1, 'keep' => 1]),
			'operations' => count($checker->operations),
			'violations' => array_map('count', $checker->violations), 'findings' => $checker->findings,
			'increments' => $checker->increments, 'excess' => $checker->excess,
			'faults' => array_count_values(array_column($round->faults, 2)), 'figures' => $figures->byFault,
		]) . "\n", FILE_APPEND);
	}
	return $checker->count();
}

ini_set('memory_limit', -1);
$settings = parse_arguments(array_slice($argv, 1));
$violations = 0;
for ($round = 0; $round < $settings['rounds']; $round++) {
	$violations += run_round(['seed' => $settings['seed'] + $round] + $settings);
}
exit($violations ? 1 : 0);
