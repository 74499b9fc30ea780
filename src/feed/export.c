#include "feed/export.h"

#include "feed/child.h"
#include "feed/export_job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FD_ROWS = 1, FD_COUNT = 2, LEAST_BYTES = 1 << 20 };
static const uint64_t FILE_MOST = (uint64_t)8 << 30;

/* Has the child read the rows from memory: there may be more than a pipe holds. */
static int open_rows(const struct mm_export *e)
{
	int fd = memfd_create("munimap-rows", MFD_CLOEXEC);
	size_t bytes = (size_t)e->count * sizeof(*e->row), at = 0;

	while (fd >= 0 && at < bytes) {
		ssize_t put = write(fd, (const char *)e->row + at, bytes - at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			(void)close(fd);
			return -1;
		}
		at += (size_t)put;
	}
	return fd;
}

/* Tells in words of an export what the child's end means; those of mm_child_run are of reading. */
static enum mm_code retell(enum mm_code rc, const struct mm_err *err, struct mm_err *reterr)
{
	if (rc == MM_E_LIMIT)
		return mm_fail(reterr, MM_E_LIMIT, "",
			       "the file is too large or takes too long to make: ask for fewer features with "
			       "bbox, filter or limit");
	if (rc == MM_E_DATA)
		return mm_fail(reterr, MM_E_INTERNAL, "", "the export failed: %s", err->msg);
	return mm_fail(reterr, rc, err->where, "%s", err->msg);
}

static enum mm_code open_result(const char *path, struct mm_export_file *ret, struct mm_err *reterr)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			(void)close(fd);
		return mm_fail(reterr, MM_E_INTERNAL, "", "the export left no file");
	}
	*ret = (struct mm_export_file){.fd = fd, .size = (uint64_t)st.st_size};
	return MM_OK;
}

static enum mm_code run(const struct mm_export *e, const char *temp, int stop_fd, struct mm_export_file *ret,
			struct mm_err *reterr)
{
	static const char *const name[] = {"out.fgb", "out.gpkg", "out.zip",
					   "out.zip", "out.dxf",  "out.xlsx"};
	const struct mm_schema *s = mm_layer_schema(e->layer);
	uint32_t *left_out = calloc(s->field_count + 1, sizeof(*left_out));
	char out[PATH_MAX + 16];
	struct mm_export_job x = {.format = e->format,
				  .count = e->count,
				  .crs = e->crs,
				  .encoding = e->encoding,
				  .lang = e->lang,
				  .left_out = left_out,
				  .keeps_order = e->keeps_order,
				  .max_bytes = e->max_bytes ? e->max_bytes : FILE_MOST};
	int fd[FD_COUNT] = {mm_layer_fd(e->layer), open_rows(e)};
	struct mm_job job = {.open = "",
			     .list_dir = "",
			     .temp = temp,
			     .out = out,
			     .stamp = "",
			     .bytes = mm_layer_bytes(e->layer) + LEAST_BYTES,
			     .export = &x,
			     .fd = fd,
			     .fd_count = FD_COUNT,
			     .wall_s = e->max_s};
	struct mm_report report = {.inode = 0};
	struct mm_err err = {0};
	enum mm_code rc;

	(void)snprintf(out, sizeof(out), "%s/%s", temp, name[e->format]);
	for (size_t i = 0; left_out && e->leaves_out && i < s->field_count; i++)
		if (e->leaves_out[i])
			left_out[x.left_out_count++] = (uint32_t)i;
	if (left_out && fd[FD_ROWS] >= 0)
		rc = mm_child_run(&job, stop_fd, &report, &err);
	else
		rc = mm_fail_nomem(&err);
	if (!rc)
		rc = open_result(out, ret, &err);
	if (!rc)
		ret->left_out = (uint32_t)report.left_out;
	if (fd[FD_ROWS] >= 0)
		(void)close(fd[FD_ROWS]);
	free(left_out);
	return rc ? retell(rc, &err, reterr) : MM_OK;
}

enum mm_code mm_export_run(const struct mm_export *e, const struct mm_cache *cache, int stop_fd,
			   struct mm_export_file *ret, struct mm_err *reterr)
{
	char temp[PATH_MAX];
	enum mm_code rc = mm_cache_make_temp(cache, temp, reterr);

	if (rc)
		return rc;
	rc = run(e, temp, stop_fd, ret, reterr);
	mm_cache_remove_temp(temp);
	return rc;
}
