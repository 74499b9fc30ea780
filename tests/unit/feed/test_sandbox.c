#include "feed_fixture.h"

#include "feed/child/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

/* The walls, tried from inside: a forked process enters them and says with its exit code what it could do. */

enum {
	READ_SOURCE = 1,
	READ_PASSWD = 2,
	WRITE_BESIDE = 4,
	WRITE_TEMP = 8,
	OPEN_SOCKET = 16,
	RUN_PROGRAM = 32,
	SIGNAL_PARENT = 64,
	LIST_FOLDER = 128
};

static bool can_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

static int try_all(struct feed *f)
{
	char arg[] = "/bin/true", *argv[] = {arg, NULL}, *env[] = {NULL};
	int could = 0, fd = socket(AF_INET, SOCK_STREAM, 0);

	could |= can_open(feed_path(f, "source.csv"), O_RDONLY) ? READ_SOURCE : 0;
	could |= can_open("/etc/passwd", O_RDONLY) || can_open(feed_path(f, "other.csv"), O_RDONLY)
		     ? READ_PASSWD
		     : 0;
	could |= can_open(feed_path(f, "source.qix"), O_WRONLY | O_CREAT) ||
			 can_open(feed_path(f, "source.csv"), O_WRONLY) ||
			 unlink(feed_path(f, "source.csv")) == 0
		     ? WRITE_BESIDE
		     : 0;
	could |= can_open(feed_path(f, "temp/x"), O_WRONLY | O_CREAT) ? WRITE_TEMP : 0;
	could |= fd >= 0 ? OPEN_SOCKET : 0;
	could |= kill(getppid(), 0) == 0 ? SIGNAL_PARENT : 0;
	could |= can_open(f->dir, O_RDONLY | O_DIRECTORY) ? LIST_FOLDER : 0;
	(void)execve(arg, argv, env);
	if (errno != EACCES)
		could |= RUN_PROGRAM;
	return could;
}

static int in_walls(struct feed *f, bool network, unsigned *ret_walls)
{
	const char *readable[] = {feed_path(f, "source.csv")};
	const struct mm_sandbox walls = {.readable = readable,
					 .readable_count = 1,
					 .list_dir = f->dir,
					 .writable = feed_path(f, "temp"),
					 .has_network = network};
	int pipe_fd[2], status = 0, said[2] = {0, 0};
	pid_t pid;

	assert_int_equal(pipe(pipe_fd), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		said[0] = (int)mm_sandbox_enter(&walls);
		said[1] = try_all(f);
		_exit(write(pipe_fd[1], said, sizeof(said)) == (ssize_t)sizeof(said) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(read(pipe_fd[0], said, sizeof(said)), sizeof(said));
	(void)close(pipe_fd[0]);
	(void)close(pipe_fd[1]);
	*ret_walls = (unsigned)said[0];
	return said[1];
}

static void prepare(struct feed *f)
{
	feed_write(f, "source.csv", "a,b\n1,2\n");
	feed_write(f, "other.csv", "a,b\n1,2\n");
	feed_run(f, "mkdir temp");
}

static void inside_the_walls_only_the_source_can_be_read(void **state)
{
	struct feed *f = *state;
	unsigned walls;
	int could;

	prepare(f);
	could = in_walls(f, false, &walls);
	if (!(walls & MM_WALL_FILES)) { /* a kernel without Landlock: the other walls must stand */
		print_message("no Landlock here\n");
		could &= ~(READ_PASSWD | WRITE_BESIDE);
	}
	assert_int_equal(could, READ_SOURCE | WRITE_TEMP | LIST_FOLDER);
	assert_true(walls & MM_WALL_CALLS);
	assert_true((walls | MM_WALL_LIMITS) == mm_sandbox_available());
	assert_non_null(strstr(mm_feed_walls(), "calls"));
}

static void a_database_child_may_open_sockets_and_no_more(void **state)
{
	struct feed *f = *state;
	unsigned walls;

	prepare(f);
	assert_int_equal(in_walls(f, true, &walls) & (OPEN_SOCKET | RUN_PROGRAM | SIGNAL_PARENT),
			 OPEN_SOCKET);
}

static void limits_are_set(void **state)
{
	struct rlimit core, cpu, memory;
	int status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		bool ok = mm_sandbox_limit(1000) && getrlimit(RLIMIT_CORE, &core) == 0 &&
			  getrlimit(RLIMIT_CPU, &cpu) == 0 && getrlimit(RLIMIT_AS, &memory) == 0;

		_exit(ok && core.rlim_cur == 0 && cpu.rlim_cur <= 600 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static pid_t child_of_ours(void)
{
	char path[64], line[64];
	FILE *file;
	int pid = 0;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "r");
	if (file && fgets(line, sizeof(line), file))
		pid = atoi(line);
	if (file)
		(void)fclose(file);
	return pid;
}

static void *kill_the_child(void *ctx)
{
	pid_t *pid = ctx;

	for (int i = 0; i < 5000 && !*pid; i++) {
		const struct timespec ms = {.tv_nsec = 1000000};

		(void)nanosleep(&ms, NULL);
		*pid = child_of_ours();
	}
	if (*pid)
		(void)kill(*pid, SIGKILL);
	return NULL;
}

static void a_killed_child_is_an_error_and_no_more(void **state)
{
	struct feed *f = *state;
	struct mm_freeze_result r = {0};
	struct mm_err err = {0};
	pthread_t killer;
	pid_t pid = 0;

	feed_write(f, "a.csv", "a,b\n1,2\n");
	assert_int_equal(pthread_create(&killer, NULL, kill_the_child, &pid), 0);
	assert_int_not_equal(feed_freeze(f, "source: a.csv\n", &r, &err), MM_OK);
	(void)pthread_join(killer, NULL);
	assert_true(pid > 0);
	assert_non_null(strstr(err.msg, "signal 9"));
	assert_int_equal(feed_count_files(feed_path(f, ".munimap"), ""), 0);
	(void)mm_layer_unref(feed_layer(f, "source: a.csv\n"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(inside_the_walls_only_the_source_can_be_read, feed_begin,
					    feed_end),
	    cmocka_unit_test_setup_teardown(a_database_child_may_open_sockets_and_no_more, feed_begin,
					    feed_end),
	    cmocka_unit_test(limits_are_set),
	    cmocka_unit_test_setup_teardown(a_killed_child_is_an_error_and_no_more, feed_begin, feed_end),
	};

	if (mm_feed_is_child(argc, argv))
		return mm_feed_child_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
