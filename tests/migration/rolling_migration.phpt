--TEST--
Each step of the rolling migration from pecl memcached is safe beside its neighbours, and mcha check --trust-first removes the old second copies before the last one
--SKIPIF--
<?php
$needs = ['memcached', 'pecl-memcached', 'igbinary', 'session', 'console'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--EXTENSIONS--
igbinary
--FILE--
<?php
require dirname(__DIR__) . '/command_line/mcha.inc';
require __DIR__ . '/web_host.inc';
require dirname(__DIR__, 2) . '/cli/autoload.php';

const CALLS = 1500;
const KEYS = 60;
const CHOICES = ['get', 'get', 'get', 'set', 'add', 'replace', 'swap', 'append', 'prepend', 'touch', 'delete', 'delete'];
const CHOICES_OF_COUNTERS = ['get', 'get', 'set', 'add', 'delete', 'increment', 'increment', 'decrement', 'touch'];

/* The settings that docs/migrating.md has for each step. */
$section = strstr(file_get_contents(dirname(__DIR__, 2) . '/docs/migrating.md'), '### Rolling migration');
preg_match_all('/```ini\n(.*?)```/s', $section, $found);
define('STEPS', ['pecl' => null, 'one-copy' => parse_ini_string($found[1][0]), 'first-decides' => parse_ini_string($found[1][1]), 'two-copies' => parse_ini_string($found[1][2])]);
foreach (array_slice(STEPS, 1) as $step => $directives) {
	is($directives, McHA\Cli\Migrate\Step::from($step)->directives(), "mcha migrate tells the lines of $step as the document does");
}

/* Any call that the application may make of this key. */
function any_call(int $i): array
{
	$n = mt_rand(0, KEYS - 1);
	if ($n % 3 === 0) {
		$method = CHOICES_OF_COUNTERS[array_rand(CHOICES_OF_COUNTERS)];
		return [$method, "count$n", ...match ($method) {
			'set', 'add' => [mt_rand(0, 50), 1000], 'increment', 'decrement' => [mt_rand(1, 40)], 'touch' => [1000], default => [],
		}];
	}
	$method = CHOICES[array_rand(CHOICES)];
	return [$method, "key$n", ...match ($method) {
		'set', 'add', 'replace', 'swap' => ["value$i", 1000], 'append', 'prepend' => ["+$i"], 'touch' => [1000], default => [],
	}];
}

/* Two web servers make calls in turns. Returns the calls that did not return what they return from one memcached. */
function take_turns(Model $model, WebHost ...$hosts): array
{
	$wrong = [];
	for ($i = 0; $i < CALLS; $i++) {
		$host = $hosts[array_rand($hosts)];
		[$method, $key] = $call = any_call($i);
		$right = $model->do(...$call);
		$returned = $host->$method(...array_slice($call, 1));
		if ($returned !== $right) {
			$wrong[] = "$host->name: $method $key returns " . show($returned) . ' instead of ' . show($right);
		}
	}
	return $wrong;
}

/* What a client that knows of one copy finds. */
function learn(Model $model, WebHost $host): void
{
	for ($n = 0; $n < KEYS; $n++) {
		$key = ($n % 3 === 0 ? 'count' : 'key') . $n;
		$value = $host->get($key);
		$value === false ? $model->forget($key) : $model->do('set', $key, $value);
	}
}

function let_expire(string $what, WebHost $first, WebHost $second): void
{
	$keys = array_map(fn(int $i) => "short$i", range(1, 100));
	$second->setMulti(array_fill_keys($keys, 'long'), 1000);
	$first->setMulti(array_fill_keys($keys, 'short'), 1);
	wait_until(fn() => $first->getMulti($keys) === [], what: "the values of $first->name to end");
	is($second->getMulti($keys), [], "$what: $second->name finds nothing that $first->name let expire");
	is($first->getMulti($keys), [], "$what: nor has anything come back for $first->name");
}

function share_sessions(string $what, WebHost $first, WebHost $second): void
{
	$id = new_id();
	is($first->visit($id, '$_SESSION["user"] = "ada";'), '', "$what: $first->name starts a session");
	is($second->visit($id, 'echo $_SESSION["user"]; $_SESSION["user"] = "eve";'), 'ada', "$what: $second->name reads and changes it");
	is($first->visit($id, 'echo $_SESSION["user"];'), 'eve', "$what: $first->name reads the change");
	is($second->visit($id, 'session_destroy();'), '', "$what: $second->name destroys it");
	is($first->visit($id, 'echo $_SESSION["user"] ?? "none";'), 'none', "$what: it is gone for $first->name");
	is($second->visit($id, 'echo $_SESSION["user"] ?? "none";'), 'none', "$what: it is gone for $second->name");
}

function respect_locks(string $what, WebHost $first, WebHost $second): void
{
	$id = new_id();
	$request = $first->begin($id, '$_SESSION["user"] = "ada"; echo "open\n"; fgets(STDIN);');
	is($request->hear(), 'open', "$what: $first->name has locked a session");
	is($second->visit($id, 'echo $is_open ? "open" : "locked";'), 'locked', "$what: $second->name does not open it meanwhile");
	$request->tell('go on');
	$request->finish();
	is($second->visit($id, 'echo $_SESSION["user"];'), 'ada', "$what: $second->name opens it then");
}

function host(Cluster $cluster, string $step): WebHost
{
	return new WebHost($step, $cluster, STEPS[$step]);
}

/* --- neighbours ------------------------------------------------------------------------------- */

mt_srand($seed = random_int(0, 999999));
foreach ([['pecl', 'one-copy'], ['pecl', 'first-decides'], ['one-copy', 'first-decides'], ['first-decides', 'two-copies']] as [$earlier, $later]) {
	$cluster = new Cluster(3);
	$model = new Model();
	$what = "$earlier beside $later (seed $seed)";
	[$a, $b] = [host($cluster, $earlier), host($cluster, $later)];
	is(take_turns($model, $a, $b), [], "$what: nothing is wrong");
	let_expire($what, $a, $b);
	let_expire($what, $b, $a);
	share_sessions($what, $a, $b);
	share_sessions($what, $b, $a);
	respect_locks($what, $a, $b);
	respect_locks($what, $b, $a);

	/* A node is away for a while, and comes back empty: what was on its own is lost, and nothing else happens. */
	if ($later !== 'two-copies') {
		$cluster->kill(1);
		$keys = array_map(fn(int $n) => "key$n", range(0, KEYS - 1));
		between($b->setMulti(array_fill_keys($keys, 'while a node is down')) + count($b->getMulti($keys) ?: []), 1, KEYS - 1, "$what: keys of a node that is down");
		$cluster->restart(1);
		[$a, $b] = [host($cluster, $earlier), host($cluster, $later)]; // pecl memcached leaves a server alone for a while
		learn($model, $a);
		is(take_turns($model, $a, $b), [], "$what: nothing is wrong after a node was restarted");
	}
}

/* --- no neighbours: why the steps are needed -------------------------------------------------- */

foreach ([['pecl', 'two-copies'], ['one-copy', 'two-copies']] as [$earlier, $later]) {
	$cluster = new Cluster(3);
	ok(count(take_turns(new Model(), host($cluster, $earlier), host($cluster, $later))) > 10, "$earlier beside $later: much is wrong");
}

/* --- all steps, one after the other, on one pool ---------------------------------------------- */

$cluster = new Cluster(3);
$model = new Model();
$of = fn(string $step) => host($cluster, $step);
$cli = fn(string $step) => new CommandLine($cluster->servers(), STEPS[$step] + ['mcha.compat' => 'memcached']);
foreach ([['pecl'], ['pecl', 'one-copy'], ['one-copy'], ['one-copy', 'first-decides']] as $steps) {
	is(take_turns($model, ...array_map($of, $steps)), [], 'all steps: ' . implode(' and ', $steps) . " (seed $seed)");
}
$old = array_map(fn(int $i) => "old$i", range(1, 50));
$of('first-decides')->setMulti(array_fill_keys($old, 'old'), 0);
is($of('pecl')->deleteMulti(array_slice($old, 0, 25)) && $of('one-copy')->setMulti(array_fill_keys(array_slice($old, 25), 'new')), true, 'a web server that knows of one copy deletes and replaces');

$check = $cli('two-copies');
$check->run('check', '--trust-first');
is([$check->exitCode, str_contains($check->errors, 'mcha.allow_failover=0')], [2, true], "--trust-first is refused where other copies count: $check->errors");
$check = $cli('first-decides');
$result = $check->json('check', '--trust-first', '--after=0');
ok($result['removed'] >= 50, 'old second copies are removed: ' . show($result));
is($check->exitCode, 0, 'the exit code of check --trust-first: ' . show($result) . $check->errors);
is($check->json('check', '--trust-first', '--after=0')['removed'], 0, 'then there are no more of them');
is($of('first-decides')->getMulti($old), array_fill_keys(array_slice($old, 25), 'new'), 'the first copies are as they were');

foreach ([['first-decides', 'two-copies'], ['two-copies']] as $steps) {
	is(take_turns($model, ...array_map($of, $steps)), [], 'all steps: ' . implode(' and ', $steps) . " (seed $seed)");
}
is($of('two-copies')->getMulti($old), array_fill_keys(array_slice($old, 25), 'new'), 'all steps: no deleted value has come back');
for ($i = 0; $i < 3; $i++) {
	$cluster->kill($i);
	is($of('two-copies')->get($old[30]), 'new', "all steps: without node $i");
	$cluster->restart($i);
	$cli('two-copies')->run('resync', '--after=0.1');
}

done();
?>
--EXPECT--
done
