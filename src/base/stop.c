#include "base/stop.h"

#include "base/clock.h"

#include <poll.h>

enum { LOOK_NS = 100000000 };

static _Thread_local struct {
	int fd; /* 0: as yet none */
	int64_t next_ns;
	bool is_unwanted;
} watched;

void mm_stop_watch(int fd)
{
	watched.fd = fd;
	watched.next_ns = 0;
	watched.is_unwanted = false;
}

bool mm_stop_is_due(int64_t deadline_ns)
{
	const bool is_watched = watched.fd > 0;
	int64_t now_ns;

	if (!is_watched && !deadline_ns)
		return false;
	now_ns = mm_clock_mono_ns();
	if (is_watched && !watched.is_unwanted && now_ns >= watched.next_ns) {
		struct pollfd p = {.fd = watched.fd, .events = POLLIN};

		watched.is_unwanted = poll(&p, 1, 0) > 0;
		watched.next_ns = now_ns + LOOK_NS;
	}
	return (is_watched && watched.is_unwanted) || (deadline_ns && now_ns >= deadline_ns);
}
