<?php
/* SPDX-License-Identifier: MIT */
/* The demo; scripts/demo starts it. Three memcached nodes A, B and C are killed in turn, while an application reads
 * its values, counts, and serves visitors who are logged in. */

require dirname(__DIR__, 2) . '/tests/lib/web.inc';
require dirname(__DIR__, 2) . '/tests/lib/cluster.inc';

const VALUES = 1000;
const COUNTERS = 10;
const VISITORS = 20;

final class Demo
{
	private Cluster $cluster;
	private McHA $client;
	private WebServer $web;
	/** @var Browser[] name => */
	private array $visitors = [];
	private int $pages = 0;
	private int $counted = 0;
	private int $lost = 0;

	public function run(): int
	{
		$this->say('McHA keeps every value and every session on two memcached nodes. Let us take nodes away.');
		$this->begin();
		$this->row('all nodes are up');
		foreach ([1, 0, 2] as $node) {
			$name = $this->letter($node);
			$this->say("Node $name is killed (SIGKILL). The client gets no notice.");
			$this->cluster->kill($node);
			$this->row("$name is dead");
			$this->say("Node $name is restarted, empty, and noticed. Reading refills it.");
			$this->cluster->restart($node);
			$this->untilUsed($node);
			$this->row("$name is back");
			$this->row('again');
			$this->checkCopies();
		}
		return $this->end();
	}

	private function begin(): void
	{
		$this->cluster = new Cluster(3);
		$this->client = $this->cluster->client();
		$this->web = new WebServer(__DIR__ . '/site.php', [
			'session.save_handler' => 'mcha',
			'session.save_path' => $this->cluster->servers(),
			'mcha.connect_timeout' => 5000,
			'mcha.operation_timeout' => 20000,
		]);
		foreach ($this->cluster->nodes as $i => $node) {
			printf("  node %s: memcached at %s\n", $this->letter($i), $node->name);
		}
		printf("  web site: %s (php -S, session.save_handler=mcha)\n", $this->web->url);

		$this->say(sprintf('%d values and %d counters are stored, %d visitors log in at the web site.', VALUES, COUNTERS, VISITORS));
		for ($i = 0; $i < VALUES; $i++) {
			$this->client->set("value:$i", $this->value($i), 3600);
		}
		for ($i = 0; $i < COUNTERS; $i++) {
			$this->client->increment("counter:$i", 1, 0);
		}
		for ($i = 1; $i <= VISITORS; $i++) {
			$this->visitors["visitor $i"] = new Browser();
			$this->visitors["visitor $i"]->get("{$this->web->url}/login?name=" . rawurlencode("visitor $i"));
		}
		$this->pages = 1;

		echo "\n";
		echo "                 |    items held by   |       values read, and from where        | counters | visitors\n";
		echo "                 |    A      B      C | first copy  second copy  lost   refilled | right    | logged in\n";
		echo "-----------------+--------------------+------------------------------------------+----------+----------\n";
	}

	/* Runs the application once, and prints a row with the results. */
	private function row(string $when): void
	{
		$held = array_map(fn(int $node) => $this->cluster->items($node) ?? '-', [0, 1, 2]);
		[$from, $refilled] = [[0, 0], 0];
		for ($i = 0; $i < VALUES; $i++) {
			if ($this->client->get("value:$i") === $this->value($i)) {
				$report = $this->client->getLastReplication();
				$from[min($report['position'], 1)]++;
				$refilled += $report['repaired'];
			}
		}
		$this->counted++;
		for ($i = $counters = 0; $i < COUNTERS; $i++) {
			$counters += $this->client->increment("counter:$i") === $this->counted;
		}
		$this->pages++;
		$known = 0;
		foreach ($this->visitors as $name => $browser) {
			$known += $browser->get("{$this->web->url}/page") === "Hello $name, this is your page number $this->pages.";
		}
		$lost = VALUES - array_sum($from);
		printf("%-16s | %4s   %4s   %4s | %10d  %11d  %4d   %8d | %2d of %d | %d of %d\n", $when, ...$held,
			...[...$from, $lost, $refilled, $counters, COUNTERS, $known, VISITORS]);
		$this->lost += $lost + COUNTERS - $counters + VISITORS - $known;
	}

	/* A down node is probed again when its retry is due (mcha.retry_interval: about a second at first). The demo and
	 * the web server share no state, so each probes the node; under PHP-FPM all workers would share the result. */
	private function untilUsed(int $node): void
	{
		wait_until(function () use ($node) {
			$this->client->getMulti(array_map(fn($i) => "value:$i", range(0, 50)));
			return $this->client->getNodes()[$node]['state'] === 'up';
		}, what: 'the node to be used again');
		wait_until(fn() => (new Browser())->get("{$this->web->url}/nodes") === 'up up up', what: 'the web server to use it again');
	}

	/* Asks the nodes directly: every value has its two copies, with its remaining lifetime. */
	private function checkCopies(): void
	{
		$short = 0;
		for ($i = 0; $i < VALUES; $i++) {
			$copies = array_filter($this->client->inspect("value:$i"),
				fn(array $node) => $node['role'] === 'home' && $node['found'] && $node['ttl'] > 3000 && $node['ttl'] <= 3600);
			$short += count($copies) < 2;
		}
		$this->say($short === 0 ? 'Every value has its two copies again, each with its remaining time to live.'
			: "$short values do not have two copies with their time to live.");
		$this->lost += $short;
	}

	private function end(): int
	{
		$this->web->end();
		$this->say($this->lost === 0 ? 'Nothing was lost: every node was killed once and came back empty, and no value, counter or visitor missed it.'
			: "$this->lost things were lost. That must not be.");
		return $this->lost === 0 ? 0 : 1;
	}

	private function value(int $i): array
	{
		return ['id' => $i, 'text' => "This is value number $i.", 'price' => $i / 4];
	}

	private function letter(int $node): string
	{
		return 'ABC'[$node];
	}

	private function say(string $words): void
	{
		echo "\n$words\n";
	}
}

exit((new Demo())->run());
