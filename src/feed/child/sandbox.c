#include "feed/child/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

#include "feed/child/calls.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* CPU time and memory by the size of the source: a bomb is small, what is large may take its time and room.
 * Where the size is not known (a database), the most. */
enum { CPU_LEAST_S = 8, CPU_MOST_S = 600, CPU_S_PER_MB = 2, CPU_LAST_WORDS_S = 5, FILES = 256 };
enum { MEMORY_PER_BYTE = 16, SLOWER_WHEN_CHECKED = 8 };
static const uint64_t MEMORY_LEAST = (uint64_t)3 << 29, MEMORY_UNKNOWN = (uint64_t)4 << 30,
		      FILE_LEAST = (uint64_t)8 << 30;

static uint64_t cpu_s(uint64_t bytes)
{
	uint64_t s = CPU_LEAST_S + (bytes >> 20) * CPU_S_PER_MB;

	if (SANITIZED)
		s *= SLOWER_WHEN_CHECKED;
	return bytes && s < CPU_MOST_S ? s : CPU_MOST_S;
}

/* The hard limit lies above the soft one by `gap`: SIGXCPU, which says why, comes before SIGKILL. */
static bool limit(__rlimit_resource_t what, uint64_t most, uint64_t gap)
{
	struct rlimit r;

	if (getrlimit(what, &r) != 0)
		return false;
	if (r.rlim_max == RLIM_INFINITY || r.rlim_max > most + gap)
		r.rlim_max = most + gap;
	r.rlim_cur = r.rlim_max > most ? most : r.rlim_max;
	return setrlimit(what, &r) == 0;
}

bool mm_sandbox_limit(uint64_t source_bytes)
{
	uint64_t memory = source_bytes ? MEMORY_LEAST + source_bytes * MEMORY_PER_BYTE : MEMORY_UNKNOWN;
	bool ok = limit(RLIMIT_CPU, cpu_s(source_bytes), CPU_LAST_WORDS_S);

	ok = limit(RLIMIT_CORE, 0, 0) && ok;
	ok = limit(RLIMIT_NOFILE, FILES, 0) && ok;
	ok = limit(RLIMIT_FSIZE, memory * 2 > FILE_LEAST ? memory * 2 : FILE_LEAST, 0) && ok;
	if (!SANITIZED) /* a shadow takes terabytes of address space */
		ok = limit(RLIMIT_AS, memory, 0) && ok;
	(void)setpriority(PRIO_PROCESS, 0, 10);
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ok;
}

bool mm_sandbox_limit_file(uint64_t bytes)
{
	return limit(RLIMIT_FSIZE, bytes, 0);
}

/* Landlock by its raw system calls: libc has no functions for them. */

static const uint64_t RULE_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t RULE_WRITE = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
				   LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
				   LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
				   LANDLOCK_ACCESS_FS_REMOVE_DIR;

/* What the libraries read while they work: their tables, converters of iconv, time zones. */
static const char *const system_dirs[] = {
    "/usr/share",     "/usr/lib",         "/usr/lib64",     "/lib",      "/lib64",      "/etc/ld.so.cache",
    "/etc/localtime", "/usr/local/share", "/usr/local/lib", "/dev/null", "/dev/urandom"};
static const char *const network_files[] = {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf",
					    "/etc/ssl", "/etc/services"};
static const char *const data_variables[] = {"PROJ_DATA", "PROJ_LIB", "GDAL_DATA"};

static void grant(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access};
	struct stat st;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return;
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
	(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	(void)close(rule.parent_fd);
}

static void grant_all(int rules, const struct mm_sandbox *s)
{
	for (size_t i = 0; i < sizeof(system_dirs) / sizeof(system_dirs[0]); i++)
		grant(rules, system_dirs[i], RULE_READ);
	for (size_t i = 0; i < sizeof(data_variables) / sizeof(data_variables[0]); i++)
		if (getenv(data_variables[i]))
			grant(rules, getenv(data_variables[i]), RULE_READ);
	for (size_t i = 0; s->has_network && i < sizeof(network_files) / sizeof(network_files[0]); i++)
		grant(rules, network_files[i], RULE_READ);
	for (size_t i = 0; i < s->readable_count; i++)
		grant(rules, s->readable[i], RULE_READ);
	if (*s->list_dir)
		grant(rules, s->list_dir, LANDLOCK_ACCESS_FS_READ_DIR);
	if (*s->writable)
		grant(rules, s->writable, RULE_WRITE);
	for (size_t i = 0; i < s->writable_file_count; i++)
		grant(rules, s->writable_file[i],
		      LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
}

static bool wall_files(const struct mm_sandbox *s)
{
	/* all rights of the first Landlock version: executing, reading, writing, making and removing anything
	 */
	struct landlock_ruleset_attr attr = {.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr.handled_access_fs), 0);
	bool ok;

	if (rules < 0)
		return false;
	grant_all(rules, s);
	ok = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	(void)close(rules);
	return ok;
}

unsigned mm_sandbox_available(void)
{
	bool files = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
	bool calls = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;

	return MM_WALL_LIMITS | (files ? MM_WALL_FILES : 0) | (calls ? MM_WALL_CALLS : 0);
}

unsigned mm_sandbox_enter(const struct mm_sandbox *s)
{
	unsigned walls = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return 0;
	if (wall_files(s))
		walls |= MM_WALL_FILES;
	if (mm_calls_forbid(s->has_network))
		walls |= MM_WALL_CALLS;
	return walls;
}
