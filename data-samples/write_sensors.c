#include "job.h"

#include "rng.h"
#include "spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The 300 covers of M1 by state. The first four without a permit are A03's. */
static const struct {
	const char *state;
	int n;
} cover_states[] = {
    {"open_no_permit", 5}, {"open_permit", 3}, {"flooded", 9},  {"low_battery", 12},
    {"silent", 21},        {"never", 4},       {"normal", 246},
};

struct reading {
	const char *kind, *state, *unit;
	double value, hours_ago;
	int battery;
};

static void put_sensor(struct mm_job *job, struct mm_out *out, int id, const struct reading *r, int manhole,
		       struct mm_pt p)
{
	static const char *const model[] = {"ЛК-2", "НБ-7", "Сигнал-М"};
	struct mm_rng rng = mm_rng_seed("sensor-card", (uint64_t)id);
	bool never = !strcmp(r->state, "never");

	mm_out_begin(out);
	mm_out_format(out, "id", "D-%04d", id);
	mm_out_text(out, "kind", r->kind);
	if (manhole >= 0)
		mm_out_format(out, "manhole", "%s-%05d", job->manhole_net[manhole], manhole + 1);
	mm_out_text(out, "model", model[id % 3]);
	mm_out_text(out, "state", r->state);
	mm_out_int(out, "heartbeat_s", 21600);
	if (!never) {
		mm_out_time(out, "last_t", -r->hours_ago / 24);
		mm_out_real(out, "last_value", r->value);
		mm_out_int(out, "battery", r->battery);
	}
	mm_out_text(out, "unit", r->unit);
	mm_out_time(out, "installed", mm_rng_int(&rng, -1400, -40));
	mm_out_point(out, p);
	mm_out_end(out);
	mm_expect_add(&job->planted, "sensors", "features", 1);
	mm_expect_class(&job->planted, "sensors", "kind", r->kind);
	if (manhole >= 0)
		mm_expect_class(&job->planted, "sensors", "cover_state", r->state);
	else
		mm_expect_class(&job->planted, "sensors", "other_state", r->state);
}

static double nearest(const struct mm_pt *place, int n, struct mm_pt p)
{
	double best = INFINITY;

	for (int i = 0; i < n; i++)
		best = fmin(best, mm_pt_dist(place[i], p));
	return best;
}

/* Covers with a device: the four of A03, then a spread over the town. Number 4 is far from crossings as well.
 */
static void choose_covers(const struct mm_job *job, int ret[300])
{
	int n = 0;

	for (; n < 4; n++)
		ret[n] = n;
	for (int i = 0; n < 300 && i < 200000; i++) {
		int m = 4 + (int)(mm_rng_rank("cover-device", (uint64_t)i) % (uint64_t)(job->manholes - 4));
		bool taken = false;

		for (int k = 0; k < n; k++)
			taken |= mm_pt_dist(job->manhole[ret[k]], job->manhole[m]) < 45;
		if (taken || (n == 4 && nearest(job->crossing, job->crossings, job->manhole[m]) < 90))
			continue;
		ret[n++] = m;
	}
	if (n < 300) {
		fprintf(stderr, "make-town: only %d covers for devices\n", n);
		exit(1);
	}
}

static void put_covers(struct mm_job *job, struct mm_out *out, int *id)
{
	int cover[300], at = 0;

	choose_covers(job, cover);
	for (size_t s = 0; s < sizeof(cover_states) / sizeof(cover_states[0]); s++)
		for (int i = 0; i < cover_states[s].n; i++, at++) {
			struct mm_rng rng = mm_rng_seed("cover-reading", (uint64_t)at);
			struct reading r = {"manhole",
					    cover_states[s].state,
					    "°",
					    mm_rng_int(&rng, 0, 40) / 10.0,
					    mm_rng_span(&rng, 0.1, 5.9),
					    mm_rng_int(&rng, 35, 100)};

			if (strstr(r.state, "open"))
				r.value = mm_rng_int(&rng, 350, 880) / 10.0;
			if (!strcmp(r.state, "silent"))
				r.hours_ago = mm_rng_span(&rng, 26, 700);
			if (!strcmp(r.state, "low_battery"))
				r.battery = mm_rng_int(&rng, 3, 14);
			if (at < 8)
				job->open_cover[at] = job->manhole[cover[at]];
			put_sensor(job, out, ++*id, &r, cover[at], job->manhole[cover[at]]);
		}
}

/* A street of the centre long enough for a row of parking bays. */
static bool kerb(const struct mm_seg *seg)
{
	return seg->cls == MM_LOCAL && mm_path_length(&seg->path) > 120 &&
	       mm_pt_dist(seg->path.p[0], mm_plan_at(MM_EAST, 1, 7)) < 600;
}

/* A place that suits a kind of sensor. */
static struct mm_pt place_of(const struct mm_job *job, const char *kind, int i)
{
	const struct mm_town *t = job->town;
	struct mm_rng rng = mm_rng_seed(kind, (uint64_t)i);
	static const struct mm_pt meteo[4] = {{-900, 1900}, {700, 500}, {1900, -1200}, {5300, -5250}};

	if (!strcmp(kind, "meteo"))
		return meteo[i];
	if (!strcmp(kind, "level"))
		return mm_pt_move(mm_river_at(3400 - i * 1300.0), (struct mm_pt){1, 0}, i % 2 ? 24 : -24, 0);
	if (!strcmp(kind, "waste"))
		return job->waste[i * 6];
	if (!strcmp(kind, "pressure"))
		return job->manhole[4 + mm_rng_int(&rng, 0, job->manholes - 5)];
	if (!strcmp(kind, "heat"))
		for (int k = mm_rng_int(&rng, 0, t->buildings - 1);; k = (k + 1) % t->buildings)
			if (t->building[k].kept && t->building[k].purpose == MM_MKD)
				return mm_pt_move(t->building[k].box.c, t->building[k].box.u,
						  t->building[k].box.hw - 2, 0);
	if (!strcmp(kind, "parking")) {
		int k = 0; /* kerbside bays of three streets in the centre */

		for (int n = 0; n <= i / 20; k++)
			n += kerb(&t->streets->seg[k]);
		const struct mm_seg *seg = &t->streets->seg[k - 1];
		struct mm_pt u, p = mm_path_at(&seg->path, 30 + i % 20 * 2.6, &u);

		return mm_pt_move(p, u, 0, -mm_street_width_m(seg->cls) / 2 - 1.4);
	}
	for (int k = mm_rng_int(&rng, 0, t->streets->segs - 1);; k = (k + 7) % t->streets->segs) {
		const struct mm_seg *seg = &t->streets->seg[k];
		struct mm_pt u, p = mm_path_at(&seg->path, mm_path_length(&seg->path) * 0.3, &u);

		if (seg->cls <= MM_LOCAL && hypot(p.x, p.y) < 2900)
			return mm_pt_move(p, u, 0, mm_street_width_m(seg->cls) / 2 + 2.2);
	}
}

static void put_others(struct mm_job *job, struct mm_out *out, int *id)
{
	static const struct {
		const char *kind, *unit;
		int n;
		double low, high;
	} kinds[] = {
	    {"pressure", "бар", 60, 2.2, 5.6},  {"heat", "°C", 90, 45, 78}, {"light", "Вт", 70, 0, 4200},
	    {"air", "мкг/м³", 8, 4, 38},        {"noise", "дБ", 6, 42, 74}, {"level", "м", 6, 0.4, 1.9},
	    {"parking", "занято", 60, 0, 1.99}, {"waste", "%", 36, 0, 97},  {"meteo", "°C", 4, 17, 21},
	};
	int running = 0;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (int i = 0; i < kinds[k].n; i++, running++) {
			struct mm_rng rng = mm_rng_seed("other-reading", (uint64_t)running);
			double value = mm_rng_span(&rng, kinds[k].low, kinds[k].high);
			struct reading r = {kinds[k].kind,
					    "normal",
					    kinds[k].unit,
					    floor(value * 10) / 10,
					    mm_rng_span(&rng, 0.02, 1.9),
					    mm_rng_int(&rng, 40, 100)};

			if (!strcmp(r.kind, "parking"))
				r.value = floor(value);
			if (running % 43 == 20) { /* eight of 340 */
				r.state = "silent";
				r.hours_ago = mm_rng_span(&rng, 30, 300);
			} else if (running % 61 == 33) { /* five */
				r.state = "low_battery";
				r.battery = mm_rng_int(&rng, 4, 14);
			}
			put_sensor(job, out, ++*id, &r, -1, place_of(job, r.kind, i));
		}
}

void mm_write_sensors(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 't', 0, 0},      {"kind", 't', 0, 0},       {"manhole", 't', 0, 0},
	    {"model", 't', 0, 0},   {"state", 't', 0, 0},      {"heartbeat_s", 'i', 0, 0},
	    {"last_t", 'z', 0, 0},  {"last_value", 'r', 0, 0}, {"unit", 't', 0, 0},
	    {"battery", 'i', 0, 0}, {"installed", 'd', 0, 0},  {NULL, 0, 0, 0},
	};
	static const char *const options[] = {"COORDINATE_PRECISION=9", NULL};
	static const struct mm_out_spec spec = {"sensors.geojson", "GeoJSON", "sensors", MM_CRS_WGS84,
						wkbPoint,          fields,    options,   NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	int id = 0;

	put_covers(job, out, &id);
	put_others(job, out, &id);
	mm_out_close(out, &job->list);
	mm_expect_add(&job->planted, "sensors", "open_no_permit_within_30m_of_crossing",
		      2); /* A03: 12.40 and 29.50 */
	mm_expect_add(&job->planted, "sensors", "open_no_permit_within_31m_of_crossing", 3); /* and 30.50 */
	mm_expect_add(&job->planted, "sensors", "on_their_manhole", 300);
	mm_expect_add(&job->planted, "sensors", "on_a_school_parcel_corner", 1);
	mm_expect_add(&job->planted, "sensors", "without_last_t", 4); /* A18 */
}
