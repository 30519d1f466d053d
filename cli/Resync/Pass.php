<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

use McHA\Cli\Sweep\Incarnations;
use McHA\Cli\Sweep\Lister;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\Spool;

/** One resync of some nodes, or of all: the list of keys, their repair, and what came of it. */
final class Pass
{
	private Spool $spool;
	/** @var array<string, mixed> what the plan remembers of it */
	private array $state;
	/** @var array<string, array{int, int}> as of Incarnations::ofAll(), when this process began */
	private array $processes;
	private readonly float $began;

	/**
	 * @param string[]|null $targets the nodes whose copies are looked after; null: all nodes
	 * @param float $delay seconds until a repaired key is looked at once more
	 */
	public function __construct(
		private readonly Spaces $spaces,
		private readonly Plan $plan,
		private readonly ?array $targets,
		private readonly float $rate,
		private readonly float $patience,
		private readonly float $delay,
	) {
		$this->began = microtime(true);
	}

	/** What a plan is about, so that a later process finds it again. */
	public static function subject(Spaces $spaces, ?array $targets): string
	{
		return $spaces->fingerprint() . ' ' . implode(' ', $targets ?? []);
	}

	/**
	 * Goes on with the keys that an earlier process has listed.
	 *
	 * @param array<string, array{int, int}> $processes the server processes that run now
	 * @param bool $needsAll false: also if other nodes than the targets were restarted, or have come back, since
	 * @return array{done: int, keys: int}|null null: there is nothing to go on with
	 */
	public function resume(array $processes, bool $needsAll): ?array
	{
		$earlier = $this->plan->earlier();
		$compared = $needsAll ? static fn(array $all) => $all : $this->ofTargets(...);
		if (!$earlier || !Incarnations::areSame($compared($earlier['processes']), $compared($processes))) {
			return null;
		}
		$this->begin($processes, new Spool($this->plan->path('keys'), false), $earlier);
		return $this->extent();
	}

	/**
	 * Lists the keys.
	 *
	 * @param array<string, array{int, int}> $processes the server processes that run now
	 * @param callable(): void $pulse called for each key that is listed
	 * @param string[] $skipped nodes that are known not to answer, and are not waited for
	 * @return array{done: int, keys: int}
	 */
	public function list(array $processes, ?callable $pulse = null, array $skipped = []): array
	{
		$wanted = $this->targets === null ? null : array_flip($this->targets);
		$this->plan->forget();
		$spool = new Spool($this->plan->path('keys'), true);
		$lister = new Lister($this->spaces, $this->patience);
		$keys = $lister->write($spool, static function (string $key, array $roles) use ($wanted, $pulse): bool {
			$pulse && $pulse();
			return $wanted === null || in_array('home', array_intersect_key($roles, $wanted), true);
		}, array_diff_key($this->spaces->pool()->nodes(), array_flip($skipped), count($wanted ?? []) === 1 ? $wanted : []));
		$unlisted = $lister->unlisted + array_map(static fn(string $name) => "$name does not answer", array_combine($skipped, $skipped));
		$this->begin($processes, $spool, ['listed' => time(), 'keys' => $keys, 'unlisted' => $unlisted,
			'processes' => $processes, 'offset' => 0, 'done' => 0]);
		$this->plan->save($this->state);
		return $this->extent();
	}

	/**
	 * Repairs the keys.
	 *
	 * @param callable(int): void $progress told after each batch how many keys it had; may throw
	 * @return array<string, mixed> what was done, and what could not be done
	 */
	public function run(callable $progress): array
	{
		$nodes = $this->spaces->pool()->nodes();
		$target = count($this->targets ?? []) === 1 ? $this->targets[0] : null;
		$leftOut = new LeftOut($this->spaces->pool(), array_keys(array_diff_key($nodes, $this->processes)), $target);
		$aftercheck = new Aftercheck($this->spaces, $this->processes, $this->delay);
		$resync = new Resync($this->spaces, $aftercheck, $leftOut, $this->rate, $this->patience);
		$plan = $this->plan;
		try {
			$step = static function (int $keys, int $offset, int $done) use ($progress, $plan): void {
				$plan->save(['offset' => $offset, 'done' => $done]);
				$progress($keys);
			};
			$resync->run($this->spool, $this->state['offset'], $this->state['done'], $step);
		} catch (Interruption $interruption) {
			$resync->lookAgainNow();
			throw $interruption;
		}
		$this->spool->remove();
		$this->plan->finish();
		return [
			'restarted' => $this->restarted(),
			'keys' => $this->state['keys'],
			'looked' => $resync->looked,
			'stored' => $resync->stored,
			'taken_back' => $aftercheck->takenBack,
			'incomplete' => $resync->incomplete,
			'sessions' => $resync->sessions,
			'absent' => array_values(array_unique([...$leftOut->absent, ...array_keys(array_diff_key($nodes, $this->state['processes']))])),
			'distrusted' => $leftOut->distrusted,
			'left' => $resync->left,
			'unlisted' => $this->state['unlisted'],
			'seconds' => round(microtime(true) - $this->began, 1),
		];
	}

	private function begin(array $processes, Spool $spool, array $state): void
	{
		$this->processes = $processes;
		$this->spool = $spool;
		$this->state = $state;
	}

	/** @return array{done: int, keys: int} */
	private function extent(): array
	{
		return ['done' => $this->state['done'], 'keys' => $this->state['keys']];
	}

	/**
	 * The targets that were restarted since the keys were listed: they have lost what was stored there.
	 *
	 * @return string[]
	 */
	private function restarted(): array
	{
		$before = $this->ofTargets($this->state['processes']);
		$now = Incarnations::ofAll($this->spaces->pool());
		return array_values(array_filter(array_keys($before),
			static fn(string $name) => !Incarnations::areSame([$name => $before[$name]], array_intersect_key($now, [$name => 1]))));
	}

	/** @param array<string, array{int, int}> $processes */
	private function ofTargets(array $processes): array
	{
		return $this->targets === null ? $processes : array_intersect_key($processes, array_flip($this->targets));
	}
}
