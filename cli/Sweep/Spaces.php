<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Sweep;

use McHA\Cli\Pool\Pool;
use McHA\Cli\Server\SilentNodes;
use McHA\Cli\UsageError;

/** All keys of a pool: values without a prefix, those of the prefixes that the command line names, and sessions. */
final class Spaces
{
	/** Items that belong to McHA itself: locks are counted on each node, and each node of the journal has a log of its own. */
	private const OWN = '/^mcha:journal(:|$)|^mcha\.(lock|fence|lease|agent)\./';

	public readonly SilentNodes $silent;
	private readonly Pool $pool;
	/** @var Space[] the longest prefix first */
	private array $spaces;

	/** @param string[] $prefixes */
	public function __construct(private readonly ?string $servers, array $prefixes)
	{
		$this->silent = new SilentNodes();
		$this->pool = Pool::ofValues($servers);
		$sessions = Pool::ofSessions($servers);
		$this->spaces = [new Space('', $this->pool)];
		foreach ($prefixes as $prefix) {
			$this->spaces[] = new Space($prefix, Pool::ofValues($servers, $prefix));
		}
		$prefix = (string) ini_get('mcha.sess_prefix');
		if (array_keys($sessions->nodes()) == array_keys($this->pool->nodes()) && $prefix !== '') {
			$this->spaces[] = new Space($prefix, $sessions);
		}
		usort($this->spaces, static fn(Space $a, Space $b) => strlen($b->prefix) <=> strlen($a->prefix));
		if (count(array_unique(array_map(static fn(Space $space) => $space->prefix, $this->spaces))) < count($this->spaces)) {
			throw new UsageError('--prefix: a prefix is named twice, or is the one of sessions, which need not be named');
		}
	}

	/** The pool of the values without a prefix; all spaces have the same nodes. */
	public function pool(): Pool
	{
		return $this->pool;
	}

	/** Adds the keys of one more prefix. */
	public function add(string $prefix): Space
	{
		$isOfSessions = $prefix === ini_get('mcha.sess_prefix');
		return $this->spaces[] = new Space($prefix, $isOfSessions ? Pool::ofSessions($this->servers) : Pool::ofValues($this->servers, $prefix));
	}

	/** @return Space[] */
	public function all(): array
	{
		return $this->spaces;
	}

	/** The space that the key belongs to; null: it is one of McHA's own items. */
	public function of(string $wireKey): ?Space
	{
		foreach ($this->spaces as $space) {
			if (str_starts_with($wireKey, $space->prefix)) {
				$key = $space->keyOf($wireKey);
				$isLock = $space->isOfSessions() && str_starts_with($key, 'lock.');
				return $key === '' || $isLock || preg_match(self::OWN, $key) ? null : $space;
			}
		}
		return null;
	}

	/**
	 * The keys of each space; without McHA's own items.
	 *
	 * @param string[] $wireKeys
	 * @return array<array{Space, string[]}>
	 */
	public function group(array $wireKeys): array
	{
		$groups = [];
		foreach ($wireKeys as $key) {
			$space = $this->of($key);
			if ($space) {
				$groups[$space->prefix] ??= [$space, []];
				$groups[$space->prefix][1][] = $key;
			}
		}
		return array_values($groups);
	}

	/** What decides where keys lie: another value, and what was planned for keys no longer holds. */
	public function fingerprint(): string
	{
		return hash('sha256', serialize(array_map(static fn(Space $space) => [
			$space->prefix,
			array_map(static fn($node) => array_intersect_key($node->facts, ['weight' => 0, 'zone' => 0, 'role' => 0]), $space->pool->nodes()),
			$space->pool->copies(),
			array_map(static fn(string $key) => array_keys($space->rolesOf($space->prefix . $key)), ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']),
		], $this->spaces)));
	}
}
