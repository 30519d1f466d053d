<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli;

use Symfony\Component\Console\Helper\Table as ConsoleTable;
use Symfony\Component\Console\Helper\TableStyle;
use Symfony\Component\Console\Output\BufferedOutput;
use Symfony\Component\Console\Output\OutputInterface;

/** A table without lines, the columns two spaces apart. */
final class Table
{
	/**
	 * @param string[] $head
	 * @param array<array<string|int>> $rows
	 * @param int[] $right the indexes of columns of numbers
	 */
	public static function print(OutputInterface $output, array $head, array $rows, array $right = []): void
	{
		$style = (new TableStyle())->setHorizontalBorderChars('')->setVerticalBorderChars('')->setDefaultCrossingChar('')
			->setCellHeaderFormat('<comment>%s</comment>')->setCellRowFormat('%s')->setCellRowContentFormat('%s  ');
		$padded = (clone $style)->setPadType(STR_PAD_LEFT);
		$buffer = new BufferedOutput($output->getVerbosity(), $output->isDecorated(), $output->getFormatter());
		$table = new ConsoleTable($buffer);
		$table->setStyle($style);
		foreach ($right as $column) {
			$table->setColumnStyle($column, $padded);
		}
		$table->setHeaders($head)->setRows($rows)->render();
		$output->write(preg_replace('/ +$/m', '', $buffer->fetch()), false, OutputInterface::OUTPUT_RAW);
	}
}
