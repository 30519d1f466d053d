<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Migrate;

use McHA;
use McHA\Cli\Failure;
use McHA\Cli\Format;
use McHA\Cli\Pool\Node;
use McHA\Cli\Server\Answer;
use McHA\Cli\Server\KeyList;
use McHA\Cli\Sweep\Looker;
use McHA\Cli\Sweep\Space;
use McHA\Cli\Sweep\Spaces;

/** Looks at some keys of each node: do they lie where McHA looks for them, in formats that this PHP can read? */
final class KeySample
{
	/** Some keys may be left where they lay before the pool was changed long ago; wrong settings leave a third or more. */
	private const STRANGERS_MAX = 0.05;
	/** The serializers of pecl memcached by their number in the flags; others are scalars, or PHP's own. */
	private const SERIALIZERS = [5 => 'igbinary', 6 => 'json', 7 => 'msgpack'];
	private const TYPE = 0xf;
	private const ZSTD = 1 << 7;

	private int $keys = 0;
	private int $strangers = 0;
	private string $example = '';
	/** @var array<string, int> format => values */
	private array $unreadable = [];
	/** @var string[] */
	private array $unlisted = [];

	/** @param int $most keys of each node */
	public function __construct(private readonly Spaces $spaces, private readonly int $most, private readonly float $patience)
	{
	}

	/**
	 * @param int $homes how many of the first nodes of a key may have it
	 * @return Finding[]
	 */
	public function check(int $homes): array
	{
		$looker = new Looker($this->spaces);
		foreach ($this->spaces->pool()->nodes() as $node) {
			try {
				$this->look($node, $homes, $looker);
			} catch (Failure $failure) {
				$this->unlisted[] = $failure->getMessage();
			}
		}
		return array_filter([$this->placement(), $this->formats(), $this->unlisted ? Finding::unknown('keys', implode('; ', $this->unlisted)) : null]);
	}

	private function look(Node $node, int $homes, Looker $looker): void
	{
		$requests = [];
		$list = new KeyList($node, max(5, $this->spaces->pool()->operationTime()), $this->patience);
		foreach ($list->keys() as $listed) {
			$space = $listed->hasEnded() ? null : $this->spaces->of($listed->key);
			if ($space) {
				$this->place($space, $listed->key, $node, $homes);
				$requests[$listed->key] = "mg $listed->key f u\r\n";
			}
			if (count($requests) >= $this->most) {
				break;
			}
		}
		foreach ($requests ? $looker->ask($node->name, $requests) ?? [] : [] as $answer) {
			$this->read($answer);
		}
	}

	private function place(Space $space, string $key, Node $node, int $homes): void
	{
		$this->keys++;
		if (!in_array($node->name, array_slice(array_keys($space->rolesOf($key)), 0, $homes), true)) {
			$this->strangers++;
			$this->example = $key;
		}
	}

	private function read(Answer $answer): void
	{
		$flags = (int) $answer->flag('f');
		$type = self::SERIALIZERS[$flags & self::TYPE] ?? null;
		$lacks = ['igbinary' => !McHA::HAVE_IGBINARY, 'json' => !McHA::HAVE_JSON, 'msgpack' => !McHA::HAVE_MSGPACK];
		foreach (array_filter([$type !== null && $lacks[$type] ? $type : null, $flags & self::ZSTD && !McHA::HAVE_ZSTD ? 'zstd' : null]) as $format) {
			$this->unreadable[$format] = ($this->unreadable[$format] ?? 0) + 1;
		}
	}

	private function placement(): Finding
	{
		if ($this->keys === 0) {
			return Finding::unknown('placement', 'no node has a key that could be looked for');
		}
		if ($this->strangers > self::STRANGERS_MAX * $this->keys) {
			return Finding::bad('placement', Format::count($this->strangers) . ' of ' . Format::count($this->keys) . ' keys do not lie where McHA looks for them,'
				. ' for instance "' . Format::printable($this->example) . '": mcha.distribution, mcha.hash, the servers, their order and weights, and OPT_PREFIX_KEY'
				. ' (--prefix) must be those of pecl memcached');
		}
		return Finding::good('placement', Format::count($this->keys) . ' keys of all nodes lie where McHA looks for them'
			. ($this->strangers ? ', but for ' . Format::count($this->strangers) : ''));
	}

	private function formats(): ?Finding
	{
		if ($this->unreadable) {
			$counts = array_map(static fn(string $format, int $count) => "$format (" . Format::count($count) . ' values)', array_keys($this->unreadable), $this->unreadable);
			return Finding::bad('formats', 'this PHP cannot read ' . implode(', ', $counts) . ': load the extension, or build McHA with it');
		}
		return $this->keys ? Finding::good('formats', 'this PHP can read the values of these keys') : null;
	}
}
