#include "job.h"

#include "rng.h"
#include "spec.h"
#include "spots.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lamp posts along a street, on alternate sides on the wide ones; whole streets are lit or not. */
static void collect(const struct mm_streets *s, struct mm_spots *spots)
{
	static const double step[MM_STREET_CLASSES] = {27, 31, 35, 0, 30};

	for (int i = 0; i < s->segs; i++) {
		const struct mm_seg *seg = &s->seg[i];
		double len = mm_path_length(&seg->path);
		int k = 0;

		if (seg->cls == MM_DRIVE || len > 620)
			continue;
		for (double m = step[seg->cls] / 2; m < len; m += step[seg->cls]) {
			struct mm_spot spot = {.seg = i, .kind = seg->cls};
			double side = seg->cls <= MM_DISTRICT && k++ % 2 ? -1 : 1;

			spot.p = mm_path_at(&seg->path, m, &spot.dir);
			spot.p =
			    mm_pt_move(spot.p, spot.dir, 0, side * (mm_street_width_m(seg->cls) / 2 + 1.6));
			spot.order = (uint64_t)(seg->cls == MM_FOOT ? 2 : seg->cls) << 60 |
				     mm_rng_rank("lit-street", (uint64_t)i) >> 4;
			mm_spots_add(spots, spot);
		}
	}
}

static void put_light(struct mm_job *job, struct mm_out *out, const struct mm_spot *spot, int i)
{
	struct mm_rng rng = mm_rng_seed("light", (uint64_t)i);
	bool led = i < MM_SPEC_LIGHTS_LED; /* renewal goes from the main streets outward */
	double u = mm_rng_unit(&rng);
	const char *lamp, *state;

	lamp = led ? "LED" : u < 0.7 ? "ДНаТ" : u < 0.95 ? "ДРЛ" : "иное";
	state = mm_rng_unit(&rng) < 0.965 ? "горит" : mm_rng_unit(&rng) < 0.8 ? "не горит" : "поврежд.";
	mm_out_begin(out);
	mm_out_format(out, "support_no", "ОП-%05d", i + 1);
	mm_out_text(out, "lamp", lamp);
	mm_out_int(out, "power_w",
		   led ? (spot->kind == MM_TRUNK      ? 120
			  : spot->kind == MM_DISTRICT ? 80
						      : 50)
		       : 150);
	mm_out_real(out, "height_m",
		    spot->kind == MM_TRUNK      ? 10.5
		    : spot->kind == MM_DISTRICT ? 9.0
		    : spot->kind == MM_FOOT     ? 4.0
						: 7.5);
	mm_out_format(out, "cabinet_id", "ШУ-%03d", 1 + i / 58);
	mm_out_int(out, "controlled", i < MM_SPEC_LIGHTS_CONTROLLED);
	mm_out_text(out, "state", state);
	mm_out_point(out, spot->p);
	mm_out_end(out);
	mm_expect_class(&job->planted, "lights", "lamp", led ? "LED" : "other");
	if (i < MM_SPEC_LIGHTS_CONTROLLED)
		mm_expect_add(&job->planted, "lights", "controlled", 1);
}

/*
 * The sender's MapInfo knew no datum 1001: its header carries the seven parameters as custom datum 9999,
 * whose rotations have the opposite sign to PROJ's. GDAL writes 1001, so the one line is put in its place.
 */
static void custom_datum(const char *dir)
{
	static const char fresh[] =
	    "CoordSys Earth Projection 8, 9999, 3, 23.57, -140.95, -79.8, 0, -0.35, -0.79, -0.22, 0, "
	    "\"m\", 38.48333333333, 0, 1, 1250000, -5412900.566\n";
	char path[4096], line[4096], *text = NULL;
	size_t n = 0;
	FILE *mem = open_memstream(&text, &n), *f;

	(void)snprintf(path, sizeof(path), "%s/lights.mif", dir);
	f = fopen(path, "r");
	if (!f || !mem)
		exit(1);
	while (fgets(line, sizeof(line), f))
		(void)fputs(strncmp(line, "CoordSys", 8) ? line : fresh, mem);
	(void)fclose(f);
	f = fopen(path, "w");
	if (fclose(mem) || !f || fwrite(text, 1, n, f) != n || fclose(f)) {
		fprintf(stderr, "make-town: cannot rewrite %s\n", path);
		exit(1);
	}
	free(text);
}

void mm_write_lights(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"support_no", 't', 12, 0}, {"lamp", 't', 8, 0},
	    {"power_w", 'i', 0, 0},     {"height_m", 'r', 0, 0},
	    {"cabinet_id", 't', 12, 0}, {"controlled", 'i', 0, 0},
	    {"state", 't', 12, 0},      {NULL, 0, 0, 0},
	};
	static const char *const options[] = {"ENCODING=CP1251", "BOUNDS=1272000,370000,1312000,410000",
					      NULL};
	static const char *const format[] = {"FORMAT=MIF", NULL};
	static const struct mm_out_spec spec = {"lights.mif", "MapInfo File", "lights", MM_CRS_MSK,
						wkbPoint,     fields,         options,  format};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	struct mm_spots spots = {0};

	collect(job->town->streets, &spots);
	mm_spots_keep(&spots, MM_SPEC_LIGHTS, "lights");
	for (int i = 0; i < spots.n; i++)
		put_light(job, out, &spots.spot[i], i);
	mm_spots_free(&spots);
	mm_out_close(out, &job->list);
	custom_datum(job->dir);
	mm_expect_add(&job->planted, "lights", "features", MM_SPEC_LIGHTS);
	mm_expect_add(&job->planted, "lights", "away_from_streets", 0);
}
