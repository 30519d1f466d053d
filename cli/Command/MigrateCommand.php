<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\Check\OldCopies;
use McHA\Cli\ExitCode;
use McHA\Cli\Failure;
use McHA\Cli\Format;
use McHA\Cli\Migrate\Finding;
use McHA\Cli\Migrate\KeySample;
use McHA\Cli\Migrate\Settings;
use McHA\Cli\Migrate\Step;
use McHA\Cli\Migrate\Writers;
use McHA\Cli\Pool\NodeStatus;
use McHA\Cli\Sweep\Lister;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\WorkFolder;
use McHA\Cli\Table;
use McHA\Cli\UsageError;
use Symfony\Component\Console\Completion\CompletionInput;
use Symfony\Component\Console\Completion\CompletionSuggestions;
use Symfony\Component\Console\Formatter\OutputFormatter;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** The steps of a rolling migration from pecl memcached, each checked before the next. */
final class MigrateCommand extends SweepCommand
{
	protected function configure(): void
	{
		$this->setName('migrate');
		$this->setDescription('tells whether the next step of a migration from pecl memcached is safe');
		$this->setHelp(<<<'TEXT'
			Web servers go from pecl memcached to McHA one after the other, by the steps one-copy, first-decides and two-copies
			(docs/migrating.md). The command says in which step this host is, by the settings of its PHP, and looks at
			everything that must be so before the next one: the settings, all nodes, and, of some keys of each node, whether
			they lie where McHA looks for them, in formats that this PHP can read. Before two-copies the nodes are watched for
			some seconds for writes that go to one node alone, as those of a web server in an earlier step do, and all keys are
			looked at for old second copies, which mcha check --trust-first removes.

			With a step the command prints what the step is and which lines of php.ini it has; with --check it looks at
			everything that must be so before this host takes it. Nothing is changed.

			The exit code is 0 if the step is safe, and 1 if not, or if that cannot be known.
			TEXT);
		$this->addArgument('step', InputArgument::OPTIONAL, 'one-copy, first-decides or two-copies; without it: the next one of this host.');
		parent::configure();
		$this->addOption('check', null, InputOption::VALUE_NONE, 'Looks whether this host may take the step.');
		$this->addOption('keys', null, InputOption::VALUE_REQUIRED, 'Keys of each node whose place and format are looked at.', '1000');
		$this->addOption('seconds', null, InputOption::VALUE_REQUIRED, 'How long the nodes are watched for writes, before two-copies.', '10');
		$this->addOption('after', null, InputOption::VALUE_REQUIRED, 'Seconds between two looks at a key. Without it: 2.5 more than mcha.operation_timeout.');
	}

	public function complete(CompletionInput $input, CompletionSuggestions $suggestions): void
	{
		if ($input->mustSuggestArgumentValuesFor('step')) {
			$suggestions->suggestValues(self::names());
		}
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$step = Step::ofThisHost();
		$named = $input->getArgument('step');
		$target = $named === null ? ($step?->next() ?? $step) : (in_array($named, self::names(), true) ? Step::from($named) : null);
		if ($named !== null && !$target) {
			throw new UsageError("there is no step $named: expected " . implode(', ', self::names()));
		}
		if ($input->getOption('check') && $named === null) {
			throw new UsageError('--check: which step? expected ' . implode(', ', self::names()));
		}
		$isExplained = $named !== null && !$input->getOption('check');
		$findings = $isExplained ? [] : $this->inspect($input, $target ?? Step::OneCopy);
		$isSafe = !array_filter($findings, static fn(Finding $finding) => !$finding->isGood());
		if ($input->getOption('json')) {
			$this->printJson($output, ['step' => $step?->value, 'next' => $target?->value, 'directives' => (object) ($target?->directives() ?? []),
				'safe' => $isExplained ? null : $isSafe, 'findings' => array_map(get_object_vars(...), $findings)]);
		} else {
			$this->printText($output, $step, $target, $findings, $isExplained ? null : $isSafe);
		}
		return $isSafe ? ExitCode::GOOD : ExitCode::BAD;
	}

	/** @return string[] */
	private static function names(): array
	{
		return array_map(static fn(Step $step) => $step->value, array_slice(Step::cases(), 1));
	}

	/** @return Finding[] */
	private function inspect(InputInterface $input, Step $target): array
	{
		$spaces = $this->spaces($input);
		$findings = Settings::check($target);
		$findings[] = self::checkNodes($spaces);
		array_push($findings, ...(new KeySample($spaces, (int) $this->number($input, 'keys', 1, '1000'), $this->number($input, 'wait', 0, '60')))
			->check($target === Step::OneCopy ? 1 : max(2, $spaces->pool()->copies())));
		if ($target === Step::TwoCopies) {
			$findings[] = (new Writers($spaces))->check($this->number($input, 'seconds', 0.1, '10'));
		}
		if ($target === Step::TwoCopies && Step::ofThisHost() === Step::FirstDecides) {
			$findings[] = $this->checkOldCopies($input, $spaces);
		}
		return $findings;
	}

	private static function checkNodes(Spaces $spaces): Finding
	{
		$nodes = NodeStatus::ofAll($spaces->pool());
		$silent = array_filter($nodes, static fn(NodeStatus $status) => !$status->answers());
		return $silent ? Finding::bad('nodes', 'no answer: ' . implode(', ', array_map(static fn(NodeStatus $status) => $status->reason ?? $status->node->name, $silent)))
			: Finding::good('nodes', count($nodes) . ' nodes answer: ' . implode(', ', array_unique(array_map(static fn(NodeStatus $status) => (string) $status->stat('version'), $nodes))));
	}

	private function checkOldCopies(InputInterface $input, Spaces $spaces): Finding
	{
		$folder = new WorkFolder();
		$spool = $folder->spool();
		$delay = $this->number($input, 'after', 0, '3.5') ?? $spaces->pool()->operationTime() + 2.5;
		$lister = new Lister($spaces, $this->number($input, 'wait', 0, '60'));
		try {
			$keys = $lister->write($spool, static fn() => true);
		} catch (Failure $failure) {
			return Finding::unknown('old copies', $failure->getMessage());
		}
		$oldCopies = new OldCopies($spaces, $this->number($input, 'rate', 0, '1000'), $delay);
		$old = $oldCopies->find($spool, $folder->spool(...), $folder->spool(), static fn() => null);
		return match (true) {
			$old > 0 => Finding::bad('old copies', Format::count($old) . ' of ' . Format::count($keys)
				. ' keys have a second copy that is not like the first: mcha check --trust-first removes it'),
			$lister->unlisted !== [] => Finding::unknown('old copies', implode('; ', $lister->unlisted)),
			$oldCopies->unknown > 0 => Finding::unknown('old copies', 'of ' . Format::count($oldCopies->unknown) . ' keys some home node gave no answer'),
			default => Finding::good('old copies', 'none of ' . Format::count($keys) . ' keys has one'),
		};
	}

	/** @param Finding[] $findings */
	private function printText(OutputInterface $output, ?Step $step, ?Step $target, array $findings, ?bool $isSafe): void
	{
		$output->writeln($step ? "This host is in step $step->value: {$step->description()}." : 'The settings of this host are of no step of a migration.');
		if ($target && $target !== $step) {
			$lines = array_map(static fn(string $name, string $value) => "    $name = $value", array_keys($target->directives()), $target->directives());
			$output->writeln("Step $target->value: {$target->description()}. Of the lines of all steps php.ini has then:");
			array_map($output->writeln(...), $lines);
		}
		if ($findings) {
			Table::print($output, ['', '', ''], array_map(static fn(Finding $finding) => [
				$finding->isGood() ? 'good' : "<error>$finding->state</error>", $finding->subject, OutputFormatter::escape($finding->text)], $findings));
		}
		if ($isSafe !== null && $target) {
			$output->writeln(match (true) {
				$target === $step => $isSafe ? 'This is as it should be.' : 'This is not as it should be.',
				default => $isSafe ? "Step $target->value is safe." : "Step $target->value is not safe, or not known to be.",
			});
		}
	}
}
