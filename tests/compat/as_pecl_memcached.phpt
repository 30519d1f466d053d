--TEST--
McHA does what pecl memcached does, except for the intended differences
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/compare.inc';

$one = new Cluster(1);
$two = new Cluster(2);
$closed = new Port();
$comparison = new Comparison();
$comparison->run('one node', setting($one), 'keys', 'reading', 'writing', 'options', 'servers');
/* both sides place keys as pecl memcached does by default */
$comparison->run('two nodes', setting($two, ['OPT_DISTRIBUTION' => 0]), 'keys', 'reading', 'writing');
$comparison->run('binary protocol', setting($one, ['OPT_BINARY_PROTOCOL' => true]), 'keys', 'reading', 'writing');
$comparison->run('no servers', setting($one, [], []), 'keys');
$comparison->run('no server answers', setting($one, [], [['127.0.0.1', $closed->number]]), 'keys');
$comparison->end();

done();
?>
--EXPECT--
done
