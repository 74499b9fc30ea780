#include "feed/child.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __SANITIZE_ADDRESS__
#define __SANITIZE_ADDRESS__ 0
#endif

enum {
	REPORT_MAX = 64 << 20,
	WORDS_MAX = 16 << 10,
	WALL_LIMIT_S = 1200,
	EDIT_LIMIT_S = 30,
	FD_LOWEST = 16,
	GIVEN_MAX = 4
};

/* One child, seen from here. */
struct run {
	int job_fd, report[2], words[2]; /* words: what it writes on stderr */
	int given[GIVEN_MAX];            /* copies of the job's descriptors */
	pid_t pid;
	struct mm_buf report_text, words_text;
	bool stopped, too_slow, too_long;
};

/* All descriptors above those the child gets, so that moving them to 0, 2 and 3 never steps on another. */
static int raise_fd(int fd)
{
	int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FD_LOWEST);

	if (fd >= 0)
		(void)close(fd);
	return high;
}

static bool make_pipe(int ret[2])
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) != 0)
		return false;
	ret[0] = raise_fd(fd[0]);
	ret[1] = raise_fd(fd[1]);
	return ret[0] >= 0 && ret[1] >= 0;
}

/* The caller's descriptors may be those that the child's are put on. */
static bool copy_given(struct run *r, const struct mm_job *job)
{
	MM_CHECK(job->fd_count <= GIVEN_MAX);
	for (size_t i = 0; i < job->fd_count; i++) {
		r->given[i] = fcntl(job->fd[i], F_DUPFD_CLOEXEC, FD_LOWEST);
		if (r->given[i] < 0)
			return false;
	}
	return true;
}

static bool write_job(struct run *r, const struct mm_job *job)
{
	struct mm_buf text;
	bool ok;

	mm_buf_init(&text, (size_t)16 << 20);
	mm_job_write(job, &text);
	r->job_fd = raise_fd(memfd_create("munimap-job", MFD_CLOEXEC));
	ok = !text.failed && r->job_fd >= 0 && write(r->job_fd, text.data, text.len) == (ssize_t)text.len &&
	     lseek(r->job_fd, 0, SEEK_SET) == 0;
	mm_buf_release(&text);
	return ok;
}

/* The child's whole environment. No TZ: sources state their zones. */
static size_t environment(char *ret[], char *text, size_t size)
{
	static const char *const keep[] = {"PROJ_DATA", "PROJ_LIB", "GDAL_DATA", "ASAN_OPTIONS",
					   "UBSAN_OPTIONS"};
	size_t n = 0, at = 0;

	for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++) {
		const char *value = getenv(keep[i]);
		int len = value ? snprintf(text + at, size - at, "%s=%s", keep[i], value) : -1;

		if (len < 0 || (size_t)len >= size - at)
			continue;
		ret[n++] = text + at;
		at += (size_t)len + 1;
	}
	ret[n] = NULL;
	return n;
}

static int spawn(struct run *r, const struct mm_job *job)
{
	char program[] = "/proc/self/exe", name[] = "munimap", command[] = "__feed";
	char *argv[] = {name, command, NULL}, *env[8], text[4096];
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	(void)environment(env, text, sizeof(text));
	if (posix_spawn_file_actions_init(&files) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attr) != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	(void)posix_spawnattr_setsigdefault(&attr, &all);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawn_file_actions_adddup2(&files, r->job_fd, STDIN_FILENO);
	rc |= posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	rc |= posix_spawn_file_actions_adddup2(&files, r->words[1], STDERR_FILENO);
	rc |= posix_spawn_file_actions_adddup2(&files, r->report[1], MM_CHILD_REPORT_FD);
	for (size_t i = 0; i < job->fd_count; i++)
		rc |= posix_spawn_file_actions_adddup2(&files, r->given[i], MM_CHILD_REPORT_FD + 1 + (int)i);
	rc |= posix_spawn_file_actions_addclosefrom_np(&files, MM_CHILD_REPORT_FD + 1 + (int)job->fd_count);
	if (!rc)
		rc = posix_spawn(&r->pid, program, &files, &attr, argv, env);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&files);
	return rc;
}

/* Takes what is there; what comes past the buffer's maximum is dropped. False at the end of the stream. */
static bool take(int fd, struct mm_buf *b, bool *ret_too_long)
{
	char piece[65536];
	ssize_t got = read(fd, piece, sizeof(piece));

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (got <= 0)
		return false;
	if ((size_t)got > b->max - b->len) {
		if (ret_too_long)
			*ret_too_long = true;
		return true;
	}
	mm_buf_put(b, piece, (size_t)got);
	return true;
}

/* Until the child closes its report, is told to stop, or takes too long. */
static void listen_to(struct run *r, int limit_s, int stop_fd)
{
	int64_t end = mm_clock_mono_ns() + (int64_t)limit_s * 1000000000;
	struct pollfd p[3] = {{.fd = r->report[0], .events = POLLIN},
			      {.fd = r->words[0], .events = POLLIN},
			      {.fd = stop_fd, .events = POLLIN}};

	while (p[0].fd >= 0 && !r->stopped && !r->too_slow && !r->too_long) {
		int n = poll(p, 3, 1000);

		if (n < 0 && errno != EINTR)
			break;
		if (n > 0 && p[1].revents && !take(r->words[0], &r->words_text, NULL))
			p[1].fd = -1;
		if (n > 0 && p[0].revents && !take(r->report[0], &r->report_text, &r->too_long))
			p[0].fd = -1;
		r->stopped = n > 0 && (p[2].revents & POLLIN);
		r->too_slow = mm_clock_mono_ns() > end;
	}
	while (p[1].fd >= 0 && poll(p + 1, 1, 0) > 0 && take(r->words[0], &r->words_text, NULL))
		;
}

/* The last line the child wrote on stderr, shortened. */
static void last_words(const struct run *r, char *ret, size_t size)
{
	const char *text = r->words_text.len ? (const char *)r->words_text.data : "";
	size_t end = r->words_text.len, begin;

	while (end && (text[end - 1] == '\n' || text[end - 1] == ' '))
		end--;
	for (begin = end; begin && text[begin - 1] != '\n'; begin--)
		;
	end = begin + mm_text_utf8_cut(text + begin, end - begin, 120);
	(void)snprintf(ret, size, "%s%.*s%s", end > begin ? " (" : "", (int)(end - begin), text + begin,
		       end > begin ? ")" : "");
}

static bool words_say(const struct run *r, const char *what)
{
	return r->words_text.len && memmem(r->words_text.data, r->words_text.len, what, strlen(what));
}

static enum mm_code verdict(const struct run *r, int status, struct mm_report *ret, struct mm_err *reterr)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	char words[256];

	if (r->stopped)
		return mm_fail(reterr, MM_E_BUSY, "", "stopped");
	if (r->too_slow || sig == SIGXCPU)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "reading takes too long and was given up: the file is damaged or "
			       "too complex; check it with ogrinfo or convert it");
	if (r->too_long)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "the source has too many tables or columns to describe");
	if (words_say(r, "bad_alloc") || words_say(r, "ut of memory") || words_say(r, "annot allocate"))
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "reading needs more memory than allowed: the file is damaged or "
			       "too large; convert it to GeoPackage");
	if (sig == SIGXFSZ)
		return mm_fail(reterr, MM_E_LIMIT, "", "the result is larger than allowed");
	last_words(r, words, sizeof(words));
	if (sig == SIGKILL)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "reading was killed from outside (signal 9): perhaps the machine has "
			       "too little memory for this source");
	if (words_say(r, "AddressSanitizer:DEADLYSIGNAL"))
		sig = SIGSEGV;
	if (sig)
		return mm_fail(
		    reterr, MM_E_DATA, "",
		    "GDAL crashed on this file (signal %d)%s: it is damaged or of a kind this GDAL cannot "
		    "read; convert it with another program",
		    sig, words);
	if (!r->report_text.len)
		return mm_fail(reterr, MM_E_DATA, "", "reading ended without a result, exit code %d%s",
			       WEXITSTATUS(status), words);
	return mm_report_read((const char *)r->report_text.data, r->report_text.len, ret, reterr);
}

static void close_all(struct run *r)
{
	int fd[] = {r->job_fd, r->report[0], r->report[1], r->words[0], r->words[1]};

	for (size_t i = 0; i < sizeof(fd) / sizeof(fd[0]); i++)
		if (fd[i] >= 0)
			(void)close(fd[i]);
	for (size_t i = 0; i < GIVEN_MAX; i++)
		if (r->given[i] >= 0)
			(void)close(r->given[i]);
	mm_buf_release(&r->report_text);
	mm_buf_release(&r->words_text);
}

static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

enum mm_code mm_child_run(const struct mm_job *job, int stop_fd, struct mm_report *ret, struct mm_err *reterr)
{
	struct run r = {.job_fd = -1, .report = {-1, -1}, .words = {-1, -1}, .given = {-1, -1, -1, -1}};
	enum mm_code rc;
	int status, failed;

	mm_buf_init(&r.report_text, REPORT_MAX);
	mm_buf_init(&r.words_text, WORDS_MAX);
	if (!write_job(&r, job) || !copy_given(&r, job) || !make_pipe(r.report) || !make_pipe(r.words)) {
		rc = mm_fail(reterr, MM_E_IO, "", "the feed child cannot be prepared: %s", strerror(errno));
		goto out;
	}
	failed = spawn(&r, job);
	if (failed) {
		rc = mm_fail(reterr, MM_E_IO, "", "the feed child cannot be started: %s", strerror(failed));
		goto out;
	}
	(void)close(r.report[1]);
	(void)close(r.words[1]);
	r.report[1] = r.words[1] = -1;
	listen_to(&r, job->wall_s ? (int)job->wall_s : job->is_edit ? EDIT_LIMIT_S : WALL_LIMIT_S, stop_fd);
	if (r.stopped || r.too_slow || r.too_long)
		(void)kill(r.pid, SIGKILL);
	status = wait_for(r.pid);
	if (__SANITIZE_ADDRESS__ && r.words_text.len)
		(void)!write(STDERR_FILENO, r.words_text.data, r.words_text.len);
	rc = verdict(&r, status, ret, reterr);
out:
	close_all(&r);
	return rc;
}
