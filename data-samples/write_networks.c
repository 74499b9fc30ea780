#include "job.h"

#include "rng.h"
#include "spec.h"
#include "spots.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPECIAL_COVERS = 4 };

static const char *const net_letter[] = {"К", "В", "Л", "Т", "С"};

/* Wells along a street: sewer often, water seldom, storm drains on the large streets, heat by the blocks of
 * flats. */
static void collect(const struct mm_streets *s, struct mm_spots *spots)
{
	static const double step[5] = {42, 88, 52, 95, 120}, shift[5] = {0.9, -2.1, 3.0, -4.6, 5.2};

	for (int i = 0; i < s->segs; i++) {
		const struct mm_seg *seg = &s->seg[i];
		double len = mm_path_length(&seg->path);

		for (int net = 0; net < 5; net++) {
			if (seg->cls == MM_FOOT || len > 620 || (net == 2 && seg->cls > MM_DISTRICT) ||
			    (net >= 3 && seg->cls == MM_DRIVE))
				continue;
			if (net == 3 && mm_rng_rank("heat-street", (uint64_t)seg->chain) % 10 > 3)
				continue;
			for (double m = step[net] * 0.4; m < len; m += step[net]) {
				struct mm_spot spot = {.seg = i, .kind = net};

				spot.p = mm_path_at(&seg->path, m, &spot.dir);
				spot.p = mm_pt_move(spot.p, spot.dir, 0, shift[net]);
				spot.order = mm_rng_rank("sewered-street", (uint64_t)(i * 5 + net)) >>
					     (seg->cls <= MM_DISTRICT ? 2 : 0);
				mm_spots_add(spots, spot);
			}
		}
	}
}

static double nearest_crossing_m(const struct mm_job *job, struct mm_pt p)
{
	double best = INFINITY;

	for (int i = 0; i < job->crossings; i++)
		best = fmin(best, mm_pt_dist(job->crossing[i], p));
	return best;
}

/*
 * A03: covers at 12.40, 29.50 and 30.50 m due east of a crossing, and one on the very corner of a school's
 * parcel. Crossings stand 70 m apart, so no other one comes near.
 */
static void special_covers(const struct mm_job *job, struct mm_spots *ret)
{
	static const double away_m[3] = {12.40, 29.50, 30.50};
	static const int crossing[3] = {16, 57, 92};

	for (int i = 0; i < 3; i++) {
		struct mm_pt c = job->crossing[crossing[i]];

		mm_spots_add(ret, (struct mm_spot){.p = {c.x + away_m[i], c.y}, .seg = -1, .kind = 0});
	}
	for (int i = 0; i < job->town->sites; i++) {
		struct mm_pt corner[4];

		if (job->town->site[i].kind != MM_SITE_SCHOOL)
			continue;
		mm_rect_corners(&job->town->site[i].parcel, corner);
		if (nearest_crossing_m(job, corner[2]) < 60)
			continue;
		mm_spots_add(ret, (struct mm_spot){.p = corner[2], .seg = -1, .kind = 1});
		return;
	}
	fprintf(stderr, "make-town: no school stands 60 m from every crossing\n");
	exit(1);
}

static void put_manhole(struct mm_out *out, const struct mm_spot *spot, int i)
{
	static const char *const owner[5] = {"МУП «Водоканал»", "МУП «Водоканал»", "МБУ «Дороги»",
					     "МУП «Теплосеть»", "Узел связи"};
	static const char *const cover[4] = {"Л", "С", "Т", "ТМ"};
	struct mm_rng rng = mm_rng_seed("manhole", (uint64_t)i);
	char day[24];

	mm_out_begin(out);
	mm_out_format(out, "ID", "%s-%05d", net_letter[spot->kind], i + 1);
	mm_out_text(out, "NETWORK", net_letter[spot->kind]);
	mm_out_text(out, "OWNER", owner[spot->kind]);
	mm_out_real(out, "DEPTH_M", mm_rng_int(&rng, 12, 48) / 10.0);
	mm_out_text(out, "COVER", cover[mm_rng_int(&rng, 0, 3)]);
	mm_out_text(out, "MATERIAL", mm_rng_unit(&rng) < 0.7 ? "чугун" : "полимер");
	mm_out_text(out, "LOCK", mm_rng_unit(&rng) < 0.15 ? "да" : "нет");
	mm_out_real(out, "COVER_ELEV", mm_rng_int(&rng, 13200, 15100) / 100.0);
	mm_day_text(mm_rng_int(&rng, -14000, -200), day);
	mm_out_text(out, "INSTALLED", day);
	mm_out_point(out, spot->p);
	mm_out_end(out);
}

static void write_manholes(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"ID", 't', 12, 0},     {"NETWORK", 't', 4, 0},    {"OWNER", 't', 40, 0},
	    {"DEPTH_M", 'r', 6, 2}, {"COVER", 't', 4, 0},      {"MATERIAL", 't', 16, 0},
	    {"LOCK", 't', 4, 0},    {"COVER_ELEV", 'r', 8, 2}, {"INSTALLED", 't', 10, 0},
	    {NULL, 0, 0, 0},
	};
	static const char *const options[] = {"ENCODING=CP1251", "DBF_DATE_LAST_UPDATE=2026-06-15", NULL};
	static const struct mm_out_spec spec = {"manholes.shp", "ESRI Shapefile", "manholes", MM_CRS_GK7,
						wkbPoint,       fields,           options,    NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	struct mm_spots spots = {0}, all = {0};

	special_covers(job, &all);
	collect(job->town->streets, &spots);
	mm_spots_keep(&spots, MM_SPEC_MANHOLES - SPECIAL_COVERS, "manholes");
	for (int i = 0; i < spots.n; i++)
		mm_spots_add(&all, spots.spot[i]);
	job->manhole = malloc(sizeof(*job->manhole) * MM_SPEC_MANHOLES);
	job->manhole_net = malloc(sizeof(*job->manhole_net) * MM_SPEC_MANHOLES);
	if (!job->manhole || !job->manhole_net)
		abort();
	for (int i = 0; i < all.n; i++) {
		put_manhole(out, &all.spot[i], i);
		job->manhole[job->manholes] = all.spot[i].p;
		job->manhole_net[job->manholes++] = net_letter[all.spot[i].kind];
		mm_expect_class(&job->planted, "manholes", "network", net_letter[all.spot[i].kind]);
	}
	mm_spots_free(&spots);
	mm_spots_free(&all);
	mm_out_close(out, &job->list);
	mm_expect_add(&job->planted, "manholes", "features", MM_SPEC_MANHOLES);
}

static void put_pipe(struct mm_job *job, struct mm_out *out, int id, const char *pressure,
		     const struct mm_path *axis)
{
	struct mm_rng rng = mm_rng_seed("gas", (uint64_t)id);
	bool low = !strcmp(pressure, "низкое");

	mm_out_begin(out);
	mm_out_int(out, "id", id);
	mm_out_text(out, "pressure", pressure);
	mm_out_int(out, "dn",
		   low ? (int[]){57, 63, 90, 110}[mm_rng_int(&rng, 0, 3)]
		       : (int[]){159, 219, 225}[mm_rng_int(&rng, 0, 2)]);
	mm_out_text(out, "material", mm_rng_unit(&rng) < 0.45 ? "сталь" : "ПЭ");
	mm_out_int(out, "year", mm_rng_int(&rng, 1968, 2025));
	mm_out_format(out, "grp_id", "ГРП-%02d", mm_rng_int(&rng, 1, 14));
	mm_out_line(out, axis);
	mm_out_end(out);
	mm_expect_add(&job->planted, "gas", "features", 1);
}

static const double a07_clear_m[] = {2.00, 1.99, 1.20, 0.60, 0.0};
#define A07_PIPES ((int)(sizeof(a07_clear_m) / sizeof(a07_clear_m[0])))

/* West end of A07's pipe k: whole metres, so that 2.00 m to the footprint is 2.00 m in binary too. */
static struct mm_pt a07_at(int k)
{
	struct mm_pt p = mm_plan_at(MM_EAST, 0.55, 13.62);

	return (struct mm_pt){round(p.x), round(p.y) - 60 * k};
}

/* Gas runs five metres beside the axis of private streets, medium pressure beside the main ones. */
static void write_gas(struct mm_job *job, struct mm_bins *near, struct mm_path **ret_pipes, int *ret_n)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},   {"pressure", 't', 0, 0}, {"dn", 'i', 0, 0}, {"material", 't', 0, 0},
	    {"year", 'i', 0, 0}, {"grp_id", 't', 0, 0},   {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"gas.gpkg",    "GPKG", "gas", MM_CRS_MSK,
						wkbLineString, fields, NULL,  NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	const struct mm_streets *s = job->town->streets;
	struct mm_path *pipes = calloc((size_t)s->segs + 8, sizeof(*pipes));
	int n = 0;

	if (!pipes)
		abort();
	for (int i = 0; i < s->segs; i++) {
		const struct mm_seg *seg = &s->seg[i];

		if (seg->cls > MM_LOCAL || mm_path_length(&seg->path) > 620 ||
		    mm_rng_rank("gas-street", (uint64_t)seg->chain) % 10 > 6)
			continue;
		for (int k = 0; k < seg->path.n; k++) {
			struct mm_pt u = mm_pt_dir(seg->path.p[k ? k - 1 : 0], seg->path.p[k ? k : 1]);

			mm_path_add(&pipes[n],
				    mm_pt_move(seg->path.p[k], u, 0, mm_street_width_m(seg->cls) / 2 + 1.5));
		}
		put_pipe(job, out, n + 1, seg->cls == MM_LOCAL ? "низкое" : "среднее", &pipes[n]);
		n++;
	}
	for (int k = 0; k < A07_PIPES; k++, n++) {
		mm_path_add(&pipes[n], a07_at(k));
		mm_path_add(&pipes[n], (struct mm_pt){a07_at(k).x + 120, a07_at(k).y});
		put_pipe(job, out, n + 1, "низкое", &pipes[n]);
	}
	for (int i = 0; i < n; i++)
		for (int k = 1; k < pipes[i].n; k++)
			mm_bins_add(near, pipes[i].p[k - 1], pipes[i].p[k], 60, i);
	*ret_pipes = pipes;
	*ret_n = n;
	mm_out_close(out, &job->list);
}

static bool far_from_gas(const struct mm_rect *r, const struct mm_bins *near, const struct mm_path *pipes)
{
	const struct mm_bin *bin = mm_bins_at(near, r->c);

	for (int i = 0; i < bin->n; i++)
		for (int k = 1; k < pipes[bin->item[i]].n; k++)
			if (mm_rect_seg_dist(r, pipes[bin->item[i]].p[k - 1], pipes[bin->item[i]].p[k]) < 3)
				return false;
	return true;
}

static void put_footprint(struct mm_job *job, struct mm_out *out, int id, const struct mm_rect *r)
{
	struct mm_rng rng = mm_rng_seed("footprint", (uint64_t)id);

	mm_out_begin(out);
	mm_out_format(out, "id", "ПЗ-%02d", id);
	mm_out_format(out, "name", "Планируемое здание № %d", id);
	mm_out_int(out, "floors", mm_rng_int(&rng, 1, 9));
	mm_out_time(out, "start_plan", mm_rng_int(&rng, 30, 700));
	mm_out_rect(out, r);
	mm_out_end(out);
	mm_expect_add(&job->planted, "footprints", "features", 1);
}

/* A07: five buildings beside pipes of their own (four inside the 2 m strip, one exactly at its edge), 26 far
 * from gas. */
static void write_footprints(struct mm_job *job, const struct mm_bins *near, const struct mm_path *pipes)
{
	static const struct mm_out_field fields[] = {
	    {"id", 't', 0, 0},         {"name", 't', 0, 0}, {"floors", 'i', 0, 0},
	    {"start_plan", 'd', 0, 0}, {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"footprints.gpkg", "GPKG", "footprints", MM_CRS_MSK,
						wkbPolygon,        fields, NULL,         NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	struct mm_rng rng = mm_rng_seed("footprints", 0);
	int id = 0;

	for (; id < A07_PIPES; id++) {
		struct mm_pt p = a07_at(id), c = {p.x + 60, p.y + a07_clear_m[id] + 9 - (id == 4 ? 6 : 0)};
		struct mm_rect r = mm_rect_new(c, (struct mm_pt){1, 0}, 40, 18);

		put_footprint(job, out, id + 1, &r);
		mm_ground_take(job->town, &r);
	}
	for (int tries = 0; id < 31 && tries < 20000; tries++) {
		int s = mm_rng_int(&rng, 0, 1), c = mm_rng_int(&rng, 0, mm_plan_cols(s) - 1),
		    row = mm_rng_int(&rng, 0, 14);
		double a = c + mm_rng_span(&rng, 0.1, 0.9), b = row + mm_rng_span(&rng, 0.1, 0.9);
		struct mm_rect r = mm_rect_new(mm_plan_at(s, a, b), mm_plan_along(s, a, b),
					       mm_rng_span(&rng, 18, 46), mm_rng_span(&rng, 12, 18));

		if (!mm_plan_built(s, c, row) || !mm_ground_free(job->town, &r, 6, false) ||
		    !far_from_gas(&r, near, pipes))
			continue;
		put_footprint(job, out, ++id, &r);
		mm_ground_take(job->town, &r);
	}
	mm_out_close(out, &job->list);
	mm_expect_add(&job->planted, "footprints", "gas_within_2m", 4); /* 2.00 m is not within */
	mm_expect_add(&job->planted, "footprints", "gas_at_exactly_2m", 1);
}

void mm_write_networks(struct mm_job *job)
{
	struct mm_bins *near = mm_bins_new();
	struct mm_path *pipes;
	int n;

	write_manholes(job);
	write_gas(job, near, &pipes, &n);
	write_footprints(job, near, pipes);
	for (int i = 0; i < n; i++)
		mm_path_free(&pipes[i]);
	free(pipes);
	near = mm_bins_free(near);
}
