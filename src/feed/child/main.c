#include "base/arena.h"
#include "base/buf.h"
#include "feed/child/describe.h"
#include "feed/child/edit.h"
#include "feed/child/export.h"
#include "feed/child/gdal.h"
#include "feed/child/pour.h"
#include "feed/child/raster.h"
#include "feed/child/sandbox.h"
#include "feed/child/source.h"
#include "feed/export_job.h"
#include "feed/freeze.h"
#include "feed/job.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The feed child: one job on standard input, one report on descriptor 3. */

enum { JOB_MAX = 16 << 20, PROBE_MAX = 24 << 20, REPORT_MAX = 60 << 20 };

static const char child_command[] = "__feed";

bool mm_feed_is_child(int argc, char **argv)
{
	return argc == 2 && strcmp(argv[1], child_command) == 0;
}

const char *mm_feed_walls(void)
{
	unsigned walls = mm_sandbox_available();

	if (!(walls & MM_WALL_FILES))
		return walls & MM_WALL_CALLS ? "limits, calls" : "limits";
	return walls & MM_WALL_CALLS ? "limits, files, calls" : "limits, files";
}

static enum mm_code read_job(struct mm_arena *mem, struct mm_job *ret, struct mm_err *reterr)
{
	struct mm_buf text;
	enum mm_code rc = MM_OK;
	ssize_t got = 1;

	mm_buf_init(&text, JOB_MAX);
	while (got > 0) {
		unsigned char *p = mm_buf_reserve(&text, 65536);

		got = p ? read(STDIN_FILENO, p, 65536) : -1;
		if (got > 0)
			text.len += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	rc = mm_job_read((const char *)text.data, text.len, mem, ret, reterr);
	mm_buf_release(&text);
	return rc;
}

static void send_report(const struct mm_err *err, const struct mm_report *report)
{
	struct mm_buf text;
	size_t at = 0;

	mm_buf_init(&text, REPORT_MAX);
	mm_report_write(err, report, &text);
	while (at < text.len) {
		ssize_t put = write(MM_CHILD_REPORT_FD, text.data + at, text.len - at);

		if (put < 0 && errno != EINTR)
			break;
		at += put > 0 ? (size_t)put : 0;
	}
	mm_buf_release(&text);
}

/*
 * An edit may write to the source itself. SQLite puts its journal beside it: that is made here, so that the
 * wall opens for two files and not for a folder. A write-ahead log comes and goes with an index of its own:
 * for such a file it is the folder.
 */
static void open_wall_for_edit(const struct mm_job *job, struct mm_arena *mem, struct mm_sandbox *walls)
{
	const char **file = mm_arena_array(mem, 2, sizeof(*file));
	struct stat st;
	int fd;

	if (job->has_network || !job->readable_count || !file || mm_gdal_source_is_wal(job->open))
		return;
	file[0] = job->readable[0];
	file[1] = mm_arena_printf(mem, "%s-journal", file[0]);
	if (!file[1] || stat(file[0], &st) != 0)
		return;
	fd = open(file[1], O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, st.st_mode & 0666);
	if (fd < 0)
		return;
	(void)close(fd);
	walls->writable = "";
	walls->list_dir = job->temp;
	walls->writable_file = file;
	walls->writable_file_count = 2;
}

static enum mm_code work(const struct mm_job *job, struct mm_arena *mem, struct mm_report *report,
			 struct mm_err *reterr)
{
	static struct mm_gdal_log log; /* GDAL keeps the pointer as long as the process lives */
	struct mm_sandbox walls = {.readable = job->readable,
				   .readable_count = job->readable_count,
				   .list_dir = job->list_dir,
				   .writable = job->temp,
				   .has_network = job->has_network};
	enum mm_code rc;

	(void)mm_sandbox_limit(job->bytes);
	if (job->export)
		(void)mm_sandbox_limit_file(job->export->max_bytes);
	(void)setenv("SQLITE_TMPDIR", job->temp, 1);
	(void)setenv("TMPDIR", job->temp, 1);
	(void)setenv("PGCONNECT_TIMEOUT", "10", 1); /* where the connection does not say: for ever */
	mm_gdal_start(job, &log);
	if (job->is_edit)
		open_wall_for_edit(job, mem, &walls);
	(void)mm_sandbox_enter(&walls);
	if (job->is_edit)
		rc = mm_child_edit(job, &log, mem, report->probe, reterr);
	else if (job->export)
		rc = mm_export_write(job, &log, mem, &report->left_out, reterr);
	else if (job->raster)
		rc = mm_child_raster(job, &log, report->probe, reterr);
	else if (job->is_probe)
		rc = mm_describe(job, &log, mem, report->probe, reterr);
	else
		rc = mm_pour(job, &log, mem, reterr);
	report->inode = log.inode;
	return rc;
}

int mm_feed_child_main(int argc, char **argv)
{
	struct mm_job job;
	struct mm_arena mem;
	struct mm_buf probe;
	struct mm_report report = {.probe = &probe};
	struct mm_err err = {0};
	enum mm_code rc;

	(void)argc, (void)argv;
	(void)mallopt(M_MMAP_THRESHOLD, 1 << 20); /* what is freed goes back at once */
	mm_arena_init(&mem, 0);
	mm_buf_init(&probe, PROBE_MAX);
	rc = read_job(&mem, &job, &err);
	if (!rc)
		rc = work(&job, &mem, &report, &err);
	err.code = rc;
	send_report(&err, &report);
	_exit(rc ? 1 : 0); /* GDAL's own tidying up at exit has nothing to save and something to crash on */
}
