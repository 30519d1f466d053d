<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

/** What the agent knows of the pool, in the text format of Prometheus. */
final class PoolMetrics
{
	/** Of each node: metric => type, help, and the field that has it. Fields of nodes that do not answer are null. */
	private const OF_NODES = [
		'uptime_seconds' => ['gauge', 'Seconds since the server was started.', 'uptime'],
		'items' => ['gauge', 'Items that it has.', 'items'],
		'bytes' => ['gauge', 'Memory that its items take.', 'bytes'],
		'limit_bytes' => ['gauge', 'Memory that its items may take.', 'limit'],
		'lookups_total' => ['counter', 'Keys that it was asked for.', 'lookups'],
		'hits_total' => ['counter', 'Keys that it was asked for and had.', 'hits'],
		'evictions_total' => ['counter', 'Items that it has dropped to make room.', 'evictions'],
		'connections' => ['gauge', 'Connections that are open.', 'connections'],
	];

	private string $text = '';

	private function __construct(private readonly State $state)
	{
	}

	public static function text(State $state): string
	{
		$metrics = new self($state);
		$metrics->addNodes();
		$state->agent && $metrics->addAgent($state->agent);
		return $metrics->text;
	}

	private function addNodes(): void
	{
		$all = $this->state->nodes;
		$this->add('mcha_pool_node_up', 'gauge', 'Whether the node answers.', array_map(static fn(array $node)
			=> [self::of($node), $node['version'] === null ? 0 : 1], $all));
		$answering = array_filter($all, static fn(array $node) => $node['version'] !== null);
		$this->add('mcha_pool_node_info', 'gauge', 'What the node is: always 1.', array_map(static fn(array $node)
			=> [self::of($node) + ['role' => $node['role'], 'version' => $node['version'], 'protocol' => $node['protocol']], 1], $answering));
		foreach (self::OF_NODES as $name => [$type, $help, $field]) {
			$this->add("mcha_pool_node_$name", $type, $help, array_map(static fn(array $node) => [self::of($node), $node[$field]], $answering));
		}
	}

	private function addAgent(array $agent): void
	{
		$due = array_flip($agent['due']);
		[$present, $last] = [$agent['resync'], $agent['last']];
		$this->add('mcha_pool_node_whole', 'gauge', 'Whether the node is known to have all its copies.', array_map(static fn(array $node)
			=> [self::of($node), $node['version'] === null || isset($due[$node['node']]) ? 0 : 1], $this->state->nodes));
		$this->addOne('mcha_agent_last_look_timestamp_seconds', 'When the agent has last looked at the nodes.', round($this->state->time, 3));
		$this->addOne('mcha_agent_leader', 'Whether this agent heals the pool, and does not stand by.', (int) $agent['leads']);
		$this->addOne('mcha_resync_running', 'Whether this agent resynchronises nodes now.', $present ? 1 : 0);
		$this->addOne('mcha_resync_keys', 'Keys of the resync that is running.', $present['keys'] ?? 0);
		$this->addOne('mcha_resync_done_keys', 'Keys of it that were looked at.', $present['done'] ?? 0);
		if ($last) {
			$this->addOne('mcha_resync_last_success_timestamp_seconds', 'When the last resync of this agent has ended well.', $last['time']);
			$this->addOne('mcha_resync_last_stored_copies', 'Copies that it has stored.', $last['stored']);
			$this->addOne('mcha_resync_last_keys', 'Keys that it has looked at.', $last['looked']);
			$this->addOne('mcha_resync_last_incomplete_keys', 'Keys that it has left without all their copies, as a node did not answer.', $last['incomplete']);
			$this->addOne('mcha_resync_last_sessions', 'Sessions among the keys that it has looked at.', $last['sessions']);
		}
	}

	/** @return array<string, string> */
	private static function of(array $node): array
	{
		return ['node' => $node['node'], 'zone' => $node['zone']];
	}

	private function addOne(string $name, string $help, int|float $value): void
	{
		$this->add($name, 'gauge', $help, [[[], $value]]);
	}

	/** @param array<array{array<string, string>, int|float|string}> $samples labels and value */
	private function add(string $name, string $type, string $help, array $samples): void
	{
		$this->text .= "# HELP $name $help\n# TYPE $name $type\n";
		foreach ($samples as [$labels, $value]) {
			$pairs = [];
			foreach ($labels as $label => $text) {
				$valid = preg_match('//u', $text) ? $text : preg_replace('/[^\x20-\x7e]/', '?', $text);
				$pairs[] = "$label=\"" . strtr($valid, ['\\' => '\\\\', '"' => '\"', "\n" => '\n']) . '"';
			}
			$this->text .= $name . ($pairs ? '{' . implode(',', $pairs) . '}' : '') . ' ' . (0 + $value) . "\n";
		}
	}
}
