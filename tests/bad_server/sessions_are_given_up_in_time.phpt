--TEST--
session_start() and session_write_close() end within the timeouts of their steps, whatever the servers do
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

ob_start();
foreach (['silent', 'silent within a value', 'a byte now and then', 'deaf', 'garbage', 'closed at once'] as $trouble) {
	$cluster = new Cluster(3);
	$fronts = [];
	foreach ($cluster->nodes as $i => $node) {
		$fronts[] = new BadServer([TROUBLES[$trouble] + ['match' => '/bad\d*' . ($i + 1) . '/']], $node);
	}
	foreach (session_settings($cluster) as $name => $value) {
		@ini_set($name, (string) $value);
	}
	ini_set('session.save_path', implode(',', array_map(fn($front) => $front->name, $fronts)));
	ini_set('mcha.operation_timeout', (string) TIMEOUT);
	foreach (['1', '13', '123'] as $which) {
		ini_set('mcha.sess_number_of_replicas', $which === '123' ? '2' : '1');
		/* start: takes the lock, reads the data; close: writes the data, releases the lock */
		$steps = ['session_start' => fn() => @session_start(), 'session_write_close' => fn() => @session_write_close()];
		foreach ($steps as $step => $run) {
			keeps_time(function () use ($step, $run, $which) {
				if ($step === 'session_start') {
					@session_abort();
					session_id(new_id("bad$which-"));
				} else {
					$_SESSION['changed'] = hrtime(true);
				}
				$run();
			}, "$trouble: of 3 nodes $which: $step is in time", $step === 'session_start' && $which === '123' ? 4.8 : 3.6);
		}
		@session_abort();
	}
	session_id(new_id('good'));
	ok(wait_until(fn() => @session_start()), "$trouble: another session can start");
	session_abort();
}

done();
?>
--EXPECT--
done
