--TEST--
Under PHP-FPM nodes are killed, restarted empty, stopped and continued between and during visits: no session is mixed up, no visit lost
--SKIPIF--
<?php $needs = ['memcached', 'php-fpm']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* Reports the user that the session belongs to, and the session handler's warnings: a visit with warnings may not have been
 * written, and does not count. */
const SITE = <<<'SITE'
	<?php
	if (!isset($_GET['name'])) {
		exit(json_encode((new McHA(null, null, ini_get('session.save_path')))->getNodes()));
	}
	$complaints = [];
	set_error_handler(function (int $level, string $message) use (&$complaints) { return (bool) ($complaints[] = $message); });
	if (session_start()) {
		$_SESSION += ['name' => $_GET['name'], 'id' => session_id(), 'visits' => 0];
		$_SESSION['visits']++;
		$seen = [$_SESSION['name'], $_SESSION['id'] === session_id(), $_SESSION['visits']];
		session_write_close();
	}
	echo json_encode(['seen' => $seen ?? null, 'complaints' => $complaints]);
	SITE;

$cluster = new Cluster(3);
$fpm = new Fpm(SITE, 4, [
	'session.use_cookies' => 1, 'mcha.sess_persistent' => 1, 'mcha.operation_timeout' => 2000, 'mcha.connect_timeout' => 1000,
	'mcha.sess_connect_timeout' => 1000, 'mcha.retry_interval' => 1, 'mcha.retry_interval_max' => 1,
	'mcha.sess_lock_wait_min' => 1, 'mcha.sess_lock_wait_max' => 50,
] + session_settings($cluster));

final class User
{
	public Browser $browser;
	public int $tries = 0; /* the site may have counted each try, and has counted those in $visits */
	public array $visits = [];
	private array $sent = []; /* request => number of counted visits before it */
	private array $complaints = [];

	public function __construct(private Fpm $fpm, public readonly string $name)
	{
		$this->browser = new Browser();
	}

	public function send(): FpmRequest
	{
		$this->tries++;
		$request = $this->fpm->send("/?name=$this->name", $this->browser);
		$this->sent[spl_object_id($request)] = count($this->visits);
		return $request;
	}

	/* True if the visit counts. */
	public function hear(FpmRequest $request, string $when): bool
	{
		$answer = json_decode($body = $request->answer(), true);
		$this->complaints = $answer['complaints'] ?? [];
		ok($answer !== null, "$when: $this->name gets an answer: $body");
		if (!isset($answer['seen'])) {
			ok($answer['complaints'], "$when: no session for $this->name, and no warning");
			return false;
		}
		[$name, $own, $visit] = $answer['seen'];
		is([$name, $own], [$this->name, true], "$when: the session belongs to $this->name, and has this visit's id");
		if ($answer['complaints']) {
			return false;
		}
		ok(!in_array($visit, $this->visits, true), "$when: $this->name has two visits with the number " . $visit);
		between($visit, $this->sent[spl_object_id($request)] + 1, $this->tries, "$when: no visit of $this->name is lost");
		$this->visits[] = $visit;
		return true;
	}

	/* Repeats a visit until one counts. */
	public function visit(string $when): void
	{
		try {
			wait_until(fn() => $this->hear($this->send(), $when), what: "$when: a visit of $this->name to succeed");
		} catch (RuntimeException $exception) {
			echo $exception->getMessage(), ': ', show($this->complaints), "\n";
		}
	}
}

$users = array_map(fn(string $name) => new User($fpm, $name), ['anna', 'berta', 'carl', 'dora', 'emil', 'fritz']);
array_walk($users, fn(User $user) => $user->visit('at first'));

/* Every user sends two concurrent visits, and $event happens before all of them are answered. */
$round = function (string $when, callable $event) use ($users): void {
	$requests = [];
	foreach ([1, 2] as $time) {
		foreach ($users as $user) {
			$requests[] = [$user, $user->send()];
		}
	}
	foreach ($requests as $i => [$user, $request]) {
		$user->hear($request, $when);
		if ($i === 0) {
			$event();
		}
	}
};
/* One fault at a time: users visit until every node is up again and no hint is left. */
$recover = function (string $when) use ($fpm, $users): void {
	wait_until(function () use ($fpm, $users, $when) {
		array_walk($users, fn(User $user) => $user->visit($when));
		$nodes = json_decode($fpm->get('/nodes'), true);
		return array_unique(array_column($nodes, 'state')) === ['up'] && array_sum(array_column($nodes, 'hints')) === 0;
	}, what: "$when: all nodes to be up");
};
foreach ([0, 2] as $node) {
	$round("node $node is stopped", fn() => $cluster->stop($node));
	$round("node $node goes on", fn() => $cluster->cont($node));
	$recover("node $node went on");
	$round("node $node is killed", fn() => $cluster->kill($node));
	array_walk($users, fn(User $user) => $user->visit("node $node is gone"));
	$round("node $node is restarted empty", fn() => $cluster->restart($node));
	$recover("node $node was restarted");
	$cluster->restart($node);
	$recover("node $node was restarted while no user came");
}

done();
?>
--EXPECT--
done
