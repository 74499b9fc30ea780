#include "job.h"

#include "rng.h"
#include "spec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct camera {
	const char *kind;
	struct mm_pt at, look; /* look: a unit vector */
	double azimuth;        /* NAN: unknown or turning */
	int px;
	double hfov;
	const char *owner;
};

/* Degrees clockwise from grid north, one decimal. */
static double azimuth_of(struct mm_pt look)
{
	double a = atan2(look.x, look.y) * 180 / M_PI;

	return round(fmod(a + 360, 360) * 10) / 10;
}

static void put_camera(struct mm_job *job, struct mm_out *out, int id, const struct camera *c)
{
	struct mm_rng rng = mm_rng_seed("camera", (uint64_t)id);
	bool ptz = !strcmp(c->kind, "ptz");

	mm_out_begin(out);
	mm_out_format(out, "id", "C-%03d", id);
	mm_out_text(out, "kind", c->kind);
	mm_out_text(out, "owner", c->owner);
	mm_out_real(out, "height_m", mm_rng_int(&rng, 35, 90) / 10.0);
	if (!isnan(c->azimuth))
		mm_out_real(out, "azimuth", c->azimuth);
	mm_out_real(out, "hfov", ptz ? 360 : c->hfov);
	/* detection at 25 px/m (EN 62676-4): px / (2 * 25 * tan(hfov / 2)) */
	mm_out_real(out, "range_m", round(c->px / (50 * tan(c->hfov * M_PI / 360)) * 10) / 10);
	mm_out_int(out, "px", c->px);
	mm_out_text(out, "state",
		    mm_rng_unit(&rng) < 0.94  ? "работает"
		    : mm_rng_unit(&rng) < 0.7 ? "нет сигнала"
					      : "профилактика");
	mm_out_time(out, "installed", mm_rng_int(&rng, -2600, -30));
	mm_out_int(out, "retention_d", 30);
	mm_out_point(out, c->at);
	mm_out_end(out);
	mm_expect_add(&job->planted, "cameras", "features", 1);
	mm_expect_class(&job->planted, "cameras", "kind", c->kind);
	if (isnan(c->azimuth) && !ptz)
		mm_expect_add(&job->planted, "cameras", "fixed_without_azimuth", 1);
	else if (!ptz && (c->azimuth < 0 || c->azimuth >= 360))
		mm_expect_add(&job->planted, "cameras", "azimuth_to_normalise", 1);
	if (c->px == 3840 && c->hfov > 80)
		mm_expect_add(&job->planted, "cameras", "wide_3840", 1);
}

/* 82 cameras on the corners of school and kindergarten parcels, looking over the yard. */
static void put_school_cameras(struct mm_job *job, struct mm_out *out, int *id)
{
	for (int i = 0; i < job->town->sites; i++) {
		const struct mm_site *site = &job->town->site[i];
		int per = site->kind == MM_SITE_SCHOOL ? 3 : 2;
		struct mm_pt corner[4];

		if (site->kind > MM_SITE_KINDERGARTEN)
			continue;
		mm_rect_corners(&site->parcel, corner);
		for (int k = 0; k < per; k++) {
			struct mm_pt look = mm_pt_dir(corner[k], corner[(k + 2) % 4]);
			struct camera c = {"fixed",
					   mm_pt_move(corner[k], look, 1.2, 0),
					   look,
					   azimuth_of(look),
					   3840,
					   90,
					   "Управление образования"};

			++*id;
			if (*id == 11)
				c.azimuth = 360.0; /* A05: to be read as 0 */
			if (*id == 12)
				c.azimuth = -10.0; /* A05: to be read as 350 */
			if (*id > 74 && *id <= 80)
				c.azimuth = NAN; /* A05: six of unknown direction */
			put_camera(job, out, *id, &c);
		}
	}
}

/* The other 46 fixed ones look at crossings from their poles. */
static void put_crossing_cameras(struct mm_job *job, struct mm_out *out, int *id, int n)
{
	for (int i = 0; i < n; i++) {
		struct mm_rng rng = mm_rng_seed("camera-pole", (uint64_t)i);
		struct mm_pt at = job->crossing[(i * 4 + 1) % job->crossings];
		struct mm_pt pole =
		    mm_pt_move(at, mm_pt_turn((struct mm_pt){1, 0}, mm_rng_span(&rng, 0, 360)), 16, 0);
		bool wide = *id < 100;
		struct camera c = {"fixed",        pole,  mm_pt_dir(pole, at), 0, wide ? 3840 : 1920,
				   wide ? 90 : 68, "ЕДДС"};

		c.azimuth = azimuth_of(c.look);
		put_camera(job, out, ++*id, &c);
	}
}

static void put_turning_cameras(struct mm_job *job, struct mm_out *out, int *id)
{
	for (int i = 0; i < 20; i++) {
		int a = 1 + i % 4, b = 3 + i / 4 * 2;
		struct mm_pt p = mm_pt_move(mm_plan_at(i % 3 ? MM_EAST : MM_WEST, a, b),
					    mm_plan_along(MM_EAST, a, b), 9, 9);
		struct camera c = {"ptz", p, {1, 0}, NAN, 1920, 68, "УМВД"};

		put_camera(job, out, ++*id, &c);
	}
}

/* Twelve speed cameras on the trunk streets, looking along them. */
static void put_speed_cameras(struct mm_job *job, struct mm_out *out, int *id)
{
	const struct mm_streets *s = job->town->streets;
	int n = 0;

	for (int i = 3; i < s->segs && n < 12; i++) {
		const struct mm_seg *seg = &s->seg[i];
		struct mm_pt u, p;

		if (seg->cls != MM_TRUNK || mm_rng_rank("speed-camera", (uint64_t)i) % 5 ||
		    mm_path_length(&seg->path) > 600)
			continue;
		p = mm_path_at(&seg->path, mm_path_length(&seg->path) / 2, &u);
		struct camera c = {"speed",       mm_pt_move(p, u, 0, -10), u, azimuth_of(u), 3840, 30,
				   "МБУ «Дороги»"};
		put_camera(job, out, ++*id, &c);
		n++;
	}
}

void mm_write_cameras(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 't', 0, 0},        {"kind", 't', 0, 0},        {"owner", 't', 0, 0},
	    {"height_m", 'r', 0, 0},  {"azimuth", 'r', 0, 0},     {"hfov", 'r', 0, 0},
	    {"range_m", 'r', 0, 0},   {"px", 'i', 0, 0},          {"state", 't', 0, 0},
	    {"installed", 'd', 0, 0}, {"retention_d", 'i', 0, 0}, {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"cameras.gpkg", "GPKG", "cameras", MM_CRS_WGS84,
						wkbPoint,       fields, NULL,      NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	int id = 0;

	put_school_cameras(job, out, &id);
	put_crossing_cameras(job, out, &id, 128 - id);
	put_turning_cameras(job, out, &id);
	put_speed_cameras(job, out, &id);
	mm_out_close(out, &job->list);
}
