#ifndef MM_FEED_CHILD_CALLS_H
#define MM_FEED_CHILD_CALLS_H

#include <stdbool.h>

/* Forbids this process, by a seccomp filter, the system calls that reach other processes, other programs, the
 * network (unless allowed) or the kernel's rarer doors: they fail with EACCES. Needs no_new_privs. False: no
 * seccomp here. */
bool mm_calls_forbid(bool network_is_allowed);

#endif
