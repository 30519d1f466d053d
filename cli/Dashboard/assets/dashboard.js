/* Refreshes the parts of the page that may change, and says when what is shown is old. */
(() => {
	'use strict';
	const period = 2000, patience = 9000; // milliseconds
	const parts = () => document.querySelectorAll('[data-part]');
	const stale = document.getElementById('stale');
	if (!stale || parts().length === 0) {
		return;
	}
	let last = new Date();
	let timer = 0;
	let isBusy = false;

	const show = (html) => {
		const fresh = new DOMParser().parseFromString(html, 'text/html');
		for (const part of parts()) {
			const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
			if (other && other.innerHTML !== part.innerHTML) {
				part.replaceChildren(...document.adoptNode(other).childNodes);
			}
		}
	};

	const tell = (isOld) => {
		document.body.classList.toggle('old', isOld);
		stale.hidden = !isOld;
		if (isOld) {
			stale.textContent = `What is shown is old: there has been no answer since ${last.toTimeString().slice(0, 8)}.`;
		}
	};

	const refresh = async () => {
		clearTimeout(timer);
		if (isBusy) {
			return;
		}
		isBusy = true;
		const abort = new AbortController();
		const watchdog = setTimeout(() => abort.abort(), patience);
		try {
			const answer = await fetch('?', {
				method: 'POST', cache: 'no-store', credentials: 'same-origin', signal: abort.signal,
				headers: {'Content-Type': 'application/x-www-form-urlencoded'},
				body: `action=look&live=1&${document.querySelector('main').dataset.asked}`,
			});
			if (answer.status === 403) {
				location.assign('?');
				return;
			}
			if (!answer.ok) {
				throw new Error(answer.statusText);
			}
			show(await answer.text());
			last = new Date();
			tell(false);
		} catch {
			tell(true);
		} finally {
			clearTimeout(watchdog);
			isBusy = false;
		}
		timer = setTimeout(refresh, period);
	};

	document.addEventListener('visibilitychange', () => {
		clearTimeout(timer);
		if (!document.hidden) {
			refresh();
		}
	});
	timer = setTimeout(refresh, period);
})();
