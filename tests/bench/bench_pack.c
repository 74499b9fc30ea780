#include "http/igzip.h"

#include <libdeflate.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zstd.h>

/*
 * What compression costs and gives: packs each file by itself with each method and level.
 *
 *     bench_pack FILE...
 *
 * A line a method: name, level, bytes after, MB/s of what goes in, microseconds a file; of its fastest round.
 * Also the speed of a copy through memory ("copy"), the yardstick of the machine.
 */

enum { GZIP_LAST = 12, ZSTD_LAST = 9, COPY_BYTES = 256 << 20, LONG_ENOUGH_MS = 200, ROUNDS_MIN = 3 };

struct files {
	char **bytes;
	size_t *len, count, sum;
	char *room;
	size_t room_size;
	struct mm_igzip_codes *codes;
};

static double now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int read_one(const char *path, struct files *f)
{
	FILE *in = fopen(path, "rb");
	long n = in && fseek(in, 0, SEEK_END) == 0 ? ftell(in) : -1;
	char *p = n > 0 ? malloc((size_t)n) : NULL;
	int bad = !p || fseek(in, 0, SEEK_SET) || fread(p, 1, (size_t)n, in) != (size_t)n;

	if (in)
		(void)fclose(in);
	if (bad) {
		free(p);
		return 1;
	}
	f->bytes[f->count] = p;
	f->len[f->count++] = (size_t)n;
	f->sum += (size_t)n;
	f->room_size = (size_t)n > f->room_size ? (size_t)n : f->room_size;
	return 0;
}

/* In place of a level: what the server packs tiles with while they are waited for, large and small ones. */
enum { IGZIP = 'i', LEARNED = 'l', LEARNED_BYTES = 64 * 1024 };

static size_t pack(struct files *f, struct libdeflate_compressor *gzip, ZSTD_CCtx *zstd, int level, size_t i)
{
	if (level == IGZIP)
		return mm_igzip_pack(f->bytes[i], f->len[i], (unsigned char *)f->room, f->room_size);
	if (level == LEARNED)
		return mm_igzip_pack_by(f->codes, f->bytes[i], f->len[i], (unsigned char *)f->room,
					f->room_size);
	if (gzip)
		return libdeflate_gzip_compress(gzip, f->bytes[i], f->len[i], f->room, f->room_size);
	if (zstd)
		return ZSTD_compressCCtx(zstd, f->room, f->room_size, f->bytes[i], f->len[i], level);
	memcpy(f->room, f->bytes[i], f->len[i]);
	return f->len[i];
}

static void one_way(struct files *f, const char *name, struct libdeflate_compressor *gzip, ZSTD_CCtx *zstd,
		    int level)
{
	double start = now_s(), best = 1e9;
	size_t out = 0, rounds = 0;

	while ((now_s() - start) * 1e3 < LONG_ENOUGH_MS || rounds < ROUNDS_MIN) {
		double since = now_s(), seconds;

		out = 0;
		for (size_t i = 0; i < f->count; i++)
			out += pack(f, gzip, zstd, level, i);
		seconds = now_s() - since;
		best = seconds < best ? seconds : best;
		rounds++;
	}
	(void)printf("%s %d %zu %.0f %.1f\n", name, level == IGZIP || level == LEARNED ? 0 : level, out,
		     (double)f->sum / best / 1e6, best / (double)f->count * 1e6);
}

static void copy(void)
{
	char *a = malloc(COPY_BYTES), *b = malloc(COPY_BYTES);
	double best = 1e9;

	if (a && b) {
		memset(a, 1, COPY_BYTES);
		memset(b, 2, COPY_BYTES);
		for (int i = 0; i < 10; i++) {
			double start = now_s(), s;

			memcpy(i % 2 ? a : b, i % 2 ? b : a, COPY_BYTES);
			s = now_s() - start;
			best = s < best ? s : best;
		}
		(void)printf("copy 0 %d %.0f 0\n", b[COPY_BYTES - 1] + a[0] - 2 + COPY_BYTES,
			     COPY_BYTES / best / 1e6);
	}
	free(a);
	free(b);
}

/* From the first files, as the server learns. */
static bool learn(struct files *f)
{
	size_t n = 0;

	f->codes = mm_igzip_codes_new();
	for (size_t i = 0; f->codes && i < f->count && n < LEARNED_BYTES; n += f->len[i++])
		mm_igzip_codes_learn(f->codes, f->bytes[i], f->len[i]);
	return f->codes && mm_igzip_codes_settle(f->codes);
}

static int all_ways(struct files *f, ZSTD_CCtx *zstd)
{
	(void)printf("files %zu %zu 0 0\n", f->count, f->sum);
	one_way(f, "none", NULL, NULL, 0);
	one_way(f, "igzip", NULL, NULL, IGZIP);
	if (learn(f))
		one_way(f, "learned", NULL, NULL, LEARNED);
	for (int level = 1; level <= GZIP_LAST; level++) {
		struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);

		if (!c)
			return 1;
		one_way(f, "gzip", c, NULL, level);
		libdeflate_free_compressor(c);
	}
	for (int level = 1; level <= ZSTD_LAST; level++)
		one_way(f, "zstd", NULL, zstd, level);
	copy();
	return 0;
}

int main(int argc, char **argv)
{
	struct files f = {.bytes = calloc((size_t)argc, sizeof(char *)),
			  .len = calloc((size_t)argc, sizeof(size_t))};
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	int rc = 2;

	for (int i = 1; i < argc && f.bytes && f.len; i++)
		if (read_one(argv[i], &f))
			(void)fprintf(stderr, "%s: cannot be read\n", argv[i]);
	f.room_size = 2 * f.room_size + 4096;
	f.room = malloc(f.room_size);
	if (zstd && f.bytes && f.len && f.room && f.count)
		rc = all_ways(&f, zstd);
	else
		(void)fprintf(stderr, "bench_pack FILE...\n");
	(void)ZSTD_freeCCtx(zstd);
	for (size_t i = 0; f.bytes && i < f.count; i++)
		free(f.bytes[i]);
	free(f.bytes);
	free(f.len);
	free(f.room);
	(void)mm_igzip_codes_unref(f.codes);
	return rc;
}
