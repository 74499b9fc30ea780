#include "job.h"

#include "rng.h"
#include "spec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { M1_PROJECTS = 126, M2_PROJECTS = 34, LATE_TRANSPORT = 11 };

static const char *const stages[10] = {"idea",     "expertise", "funding",    "design",    "tender",
				       "contract", "works",     "acceptance", "operation", "closed"};

struct project {
	int no, direction, home; /* home: 0 M1, 1 M2, 2.. outline */
	const char *stage, *status;
	char name[160];
	long long budget_kop, paid_kop, correction_kop;
	bool no_budget, no_end_fact, backward;
	int start_d, end_d; /* days from T0 */
};

/* Where the money of a stage usually stands and how the work is going. */
static void fate(struct project *p, struct mm_rng *rng)
{
	double u = mm_rng_unit(rng);

	p->start_d = mm_rng_int(rng, -760, 500);
	p->end_d = p->start_d + mm_rng_int(rng, 90, 900);
	if (p->end_d < -60)
		p->stage = u < 0.55 ? "closed" : "operation";
	else if (p->start_d > 60)
		p->stage = stages[mm_rng_int(rng, 0, 4)];
	else
		p->stage = stages[mm_rng_int(rng, 4, 7)];
	u = mm_rng_unit(rng);
	if (!strcmp(p->stage, "closed") || !strcmp(p->stage, "operation"))
		p->status = u < 0.94 ? "done" : "cancelled";
	else
		p->status = u < 0.62   ? "on_plan"
			    : u < 0.80 ? "risk"
			    : u < 0.90 ? "late"
			    : u < 0.96 ? "paused"
				       : "cancelled";
	p->budget_kop = (long long)mm_rng_int(rng, 4, 900) * 10000000 + mm_rng_int(rng, 0, 99999) * 100;
	p->paid_kop = !strcmp(p->status, "done") ? p->budget_kop
		      : p->start_d < 0           ? p->budget_kop / 100 * mm_rng_int(rng, 5, 80)
						 : 0;
}

static void title(const struct mm_town *town, struct project *p, struct mm_rng *rng)
{
	static const char *const plain[7][4] = {
	    {"", "", "", ""},
	    {"Индустриальный парк «Восток», очередь %d", "Поддержка фермерских хозяйств, этап %d",
	     "Торговые ряды, корпус %d", "Инвестиционная площадка № %d"},
	    {"Капитальный ремонт школы № %d", "Новый корпус детского сада № %d", "Оснащение поликлиники № %d",
	     "Спортивная площадка № %d"},
	    {"Остановочные павильоны, партия %d", "Умный светофор, перекрёсток № %d", "Развязка, этап %d",
	     "Электробусы, партия %d"},
	    {"Видеонаблюдение у школы № %d", "Датчики люков, партия %d", "Пожарное депо № %d",
	     "Оповещение населения, узел %d"},
	    {"Двор по инициативе жителей № %d", "Портал обращений, очередь %d", "Школьный бюджет № %d",
	     "Опрос о благоустройстве № %d"},
	    {"Цифровая карта города, этап %d", "Реестр имущества, очередь %d", "Диспетчерская ЕДДС, этап %d",
	     "Обучение служащих, поток %d"},
	};
	int no = mm_rng_int(rng, 1, 12), street = mm_rng_int(rng, 0, town->streets->chains - 1);

	while (!town->streets->chain[street].name[0])
		street = (street + 1) % town->streets->chains;
	if (p->home == 0 && (p->direction == 3 || p->direction == 4) && no % 2)
		(void)snprintf(p->name, sizeof(p->name), "%s: %s",
			       p->direction == 3 ? "Ремонт дороги" : "Освещение",
			       town->streets->chain[street].name);
	else {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(p->name, sizeof(p->name), plain[p->direction][no % 4], no);
#pragma GCC diagnostic pop
	}
}

/* A12 and the other projects with a planted oddity. */
static void plant(struct project *p)
{
	switch (p->no) {
	case 23: /* finished, but nobody wrote down when */
		p->status = "done";
		p->stage = "operation";
		p->start_d = -500;
		p->end_d = -100;
		p->no_end_fact = true;
		break;
	case 31: /* was a tender on 2026-03-01 */
		p->stage = "works";
		p->status = "on_plan";
		break;
	case 42: /* paid 120 % */
		p->status = "risk";
		p->stage = "works";
		p->budget_kop = 5000000000;
		p->paid_kop = 6000000000;
		break;
	case 58:
		p->correction_kop = -35000000;
		break;
	case 77: /* the kopeck that a report by district must not lose */
		p->direction = 3;
		p->stage = "works";
		p->status = "on_plan";
		p->budget_kop = 1000000001;
		p->paid_kop = 250000000;
		(void)snprintf(p->name, sizeof(p->name),
			       "Дорога на границе Восточного и Юго-Восточного районов");
		break;
	case 104:
		p->backward = true;
		break;
	case 111:
		p->no_budget = true;
		break;
	default:
		break;
	}
}

static bool is_planted(int no)
{
	return no == 23 || no == 31 || no == 42 || no == 58 || no == 77 || no == 104 || no == 111;
}

static struct project draw(const struct mm_town *town, int no, int *late)
{
	struct mm_rng rng = mm_rng_seed("project", (uint64_t)no);
	struct project p = {.no = no, .direction = 1 + (no * 7 + no / 6) % 6};

	p.home = no <= M1_PROJECTS ? 0 : no <= M1_PROJECTS + M2_PROJECTS ? 1 : 2 + (no - 161) / 24;
	fate(&p, &rng);
	title(town, &p, &rng);
	plant(&p);
	/* exactly eleven transport projects are late (G2) */
	if (p.direction == 3 && !is_planted(no)) {
		bool may = p.home == 0 && *late < LATE_TRANSPORT && no % 5 != 0;

		if (may) {
			p.status = "late";
			p.stage = "works";
			++*late;
		} else if (!strcmp(p.status, "late")) {
			p.status = "risk";
		}
	}
	return p;
}

/* 18 without a place: six of ours, two of M2's, one of each neighbour's. */
static bool has_place(const struct project *p)
{
	if (p->home == 0)
		return p->no % 20 != 8 || p->no > 120;
	if (p->home == 1)
		return p->no != 140 && p->no != 150;
	return (p->no - 161) % 24 != 11;
}

/* Metres to the nearest border of a district: geometry of ordinary projects keeps off them. */
static double border_m(const struct mm_job *job, OGRGeometryH g)
{
	double best = INFINITY;

	for (int i = 1; i <= 9; i++) {
		OGRGeometryH edge = OGR_G_Boundary(job->district[i]);

		best = fmin(best, OGR_G_Distance(g, edge));
		OGR_G_DestroyGeometry(edge);
	}
	return best;
}

/* Up to three segments in a row of some street. */
static OGRGeometryH street_line(const struct mm_streets *s, struct mm_rng *rng)
{
	struct mm_path path = {0};
	int first = mm_rng_int(rng, 0, s->segs - 4), want = mm_rng_int(rng, 1, 3);
	OGRGeometryH g;

	for (int i = first;
	     i < first + want && s->seg[i].chain == s->seg[first].chain && s->seg[i].cls <= MM_LOCAL; i++)
		if (path.n == 0 || s->seg[i].from == s->seg[i - 1].to)
			for (int k = 0; k < s->seg[i].path.n; k++)
				mm_path_add(&path, s->seg[i].path.p[k]);
	g = path.n > 1 ? mm_ogr_line(&path) : NULL;
	mm_path_free(&path);
	return g;
}

static OGRGeometryH some_area(struct mm_rng *rng)
{
	struct mm_path ring = {0};
	int s = mm_rng_int(rng, 0, 1), c = mm_rng_int(rng, 0, mm_plan_cols(s) - 1),
	    row = mm_rng_int(rng, 0, 14);
	OGRGeometryH g;

	mm_plan_box(s, c + 0.25 * mm_rng_int(rng, 0, 1), row + 0.25 * mm_rng_int(rng, 0, 1), c + 0.75,
		    row + 0.75, &ring);
	g = mm_ogr_polygon(&ring);
	mm_path_free(&ring);
	return g;
}

static OGRGeometryH some_point(const struct mm_town *town, struct mm_rng *rng)
{
	OGRGeometryH g = OGR_G_CreateGeometry(wkbPoint);
	const struct mm_building *b = &town->building[mm_rng_int(rng, 0, town->buildings - 1)];

	OGR_G_SetPoint_2D(g, 0, b->box.c.x, b->box.c.y);
	return g;
}

static OGRGeometryH line_of(const struct mm_pt *p, int n)
{
	OGRGeometryH g = OGR_G_CreateGeometry(wkbLineString);

	for (int i = 0; i < n; i++)
		OGR_G_AddPoint_2D(g, p[i].x, p[i].y);
	return g;
}

/* A13 and G3: geometry on and over borders. NULL for ordinary projects. */
static OGRGeometryH planted_place(int no)
{
	struct mm_pt corner = mm_pt_snap(mm_plan_at(MM_EAST, 5, 10)), p;
	OGRGeometryH g = NULL;

	if (no == 77) { /* 600 m in district 3 and 400 m in district 5, the vertex on the border; steps of
			   whole centimetres */
		struct mm_pt u = mm_plan_down(MM_EAST, 5, 10),
			     step = {round(u.x * 1000) / 10, round(u.y * 1000) / 10};

		return line_of((struct mm_pt[]){{corner.x - 6 * step.x, corner.y - 6 * step.y},
						corner,
						{corner.x + 4 * step.x, corner.y + 4 * step.y}},
			       3);
	}
	if (no == 90) /* over the municipality's edge */
		return line_of((struct mm_pt[]){mm_plan_at(MM_EAST, 14, 8), mm_plan_at(MM_EAST, 22, 8)}, 2);
	if (no == 33 || no == 34) { /* on the line between districts 1 and 3 */
		p = mm_pt_snap(mm_plan_at(MM_EAST, 3, no == 33 ? 5 : 8));
		g = OGR_G_CreateGeometry(wkbPoint);
		OGR_G_SetPoint_2D(g, 0, p.x, p.y);
	}
	if (no >= 95 && no <= 97) { /* in somebody else's fields */
		g = OGR_G_CreateGeometry(wkbPoint);
		OGR_G_SetPoint_2D(g, 0, 7600 + 300 * (no - 95), 1900 - 2400 * (no - 95));
	}
	return g;
}

static OGRGeometryH m1_place(const struct mm_job *job, const struct project *p)
{
	struct mm_rng rng = mm_rng_seed("project-place", (uint64_t)p->no);
	OGRGeometryH g = planted_place(p->no);

	while (!g) {
		g = p->direction == 3 || p->no % 4 == 1 ? street_line(job->town->streets, &rng)
		    : p->no % 3 == 0                    ? some_area(&rng)
							: some_point(job->town, &rng);
		if (g && (border_m(job, g) < 5 || !OGR_G_Within(g, job->municipality))) {
			OGR_G_DestroyGeometry(g);
			g = NULL;
		}
	}
	return g;
}

static void put_place(const struct mm_job *job, struct mm_out *out, const struct project *p)
{
	struct mm_rng rng = mm_rng_seed("project-far", (uint64_t)p->no);
	OGRGeometryH g;

	if (p->home == 0) {
		mm_out_shape(out, m1_place(job, p));
		return;
	}
	g = OGR_G_CreateGeometry(wkbPoint);
	if (p->home == 1) { /* degrees: another zone of another МСК */
		OGR_G_SetPoint_2D(g, 0, 142.40401 + mm_rng_span(&rng, -0.06, 0.06),
				  46.75023 + mm_rng_span(&rng, -0.04, 0.04));
		mm_out_raw(out, g);
		return;
	}
	double a = 0.1 + 2 * M_PI * (p->home - 2 + mm_rng_span(&rng, 0.12, 0.88)) / 10,
	       r = mm_rng_span(&rng, 9000, 16500);
	OGR_G_SetPoint_2D(g, 0, r * cos(a), r * sin(a));
	mm_out_shape(out, g);
}

static void put_money(struct mm_job *job, struct mm_out *out, const struct project *p)
{
	long long federal = p->budget_kop / 100 * (p->no % 4 == 0 ? 60 : 0),
		  regional = p->budget_kop / 100 * (p->no % 3 ? 25 : 0);

	if (!p->no_budget) {
		mm_out_int(out, "budget_kop", p->budget_kop);
		mm_out_real(out, "budget_plan", (double)p->budget_kop / 100);
		mm_out_real(out, "budget_federal", (double)federal / 100);
		mm_out_real(out, "budget_regional", (double)regional / 100);
		mm_out_real(out, "budget_local", (double)(p->budget_kop - federal - regional) / 100);
		mm_expect_add(&job->planted, "projects", "budget_kop", (double)p->budget_kop);
	} else {
		mm_expect_add(&job->planted, "projects", "without_budget", 1);
	}
	mm_out_real(out, "paid", (double)p->paid_kop / 100);
	mm_expect_add(&job->planted, "projects", "negative_correction", p->correction_kop < 0);
	mm_expect_add(&job->planted, "projects", "sources_differ_from_budget", 0);
	if (p->correction_kop)
		mm_out_real(out, "correction", (double)p->correction_kop / 100);
	if (!p->no_budget && p->paid_kop > p->budget_kop)
		mm_expect_add(&job->planted, "projects", "overpaid", 1);
}

static void put_dates(struct mm_job *job, struct mm_out *out, const struct project *p)
{
	bool done = !strcmp(p->status, "done");
	int end = p->backward ? p->start_d - 30 : p->end_d;

	mm_out_time(out, "start_plan", p->start_d);
	if (p->start_d < 0)
		mm_out_time(out, "start_fact", p->start_d + p->no % 20);
	mm_out_time(out, "end_plan", end);
	mm_out_time(out, "end_forecast", end + (strcmp(p->status, "late") ? 0 : 75));
	if (done && !p->no_end_fact)
		mm_out_time(out, "end_fact", fmin(-1, end + p->no % 15));
	if (p->backward)
		mm_expect_add(&job->planted, "projects", "end_before_start", 1);
	if (p->no_end_fact)
		mm_expect_add(&job->planted, "projects", "done_without_end_fact", 1);
}

static void put_project(struct mm_job *job, struct mm_out *out, const struct project *p)
{
	static const char *const programmes[6] = {"Эффективная и конкурентная экономика",
						  "Молодёжь и дети",
						  "Инфраструктура для жизни",
						  "Муниципальная программа «Безопасный город»",
						  "Семья",
						  "Экономика данных и цифровая трансформация государства"};
	char word[8];

	mm_out_begin(out);
	mm_out_format(out, "id", "P-%04d", p->no);
	mm_out_text(out, "name", p->name);
	mm_out_int(out, "direction", p->direction);
	mm_out_text(out, "programme", p->no % 5 ? programmes[p->direction - 1] : "без программы");
	mm_out_format(out, "oktmo", "%s", p->home == 0 ? "00701000" : p->home == 1 ? "00704000" : "");
	if (p->home >= 2)
		mm_out_format(out, "oktmo", "007%05d", 10000 + (p->home - 2) * 1000);
	mm_out_text(out, "stage", p->stage);
	mm_out_text(out, "status", p->status);
	put_dates(job, out, p);
	put_money(job, out, p);
	mm_out_text(out, "responsible",
		    (const char *[]){"Отдел экономики", "Управление образования", "Управление дорог", "ЕДДС",
				     "Пресс-служба", "Отдел информатизации"}[p->direction - 1]);
	mm_out_text(out, "geom_quality", !has_place(p) ? "municipality" : p->no % 4 ? "exact" : "address");
	if (has_place(p))
		put_place(job, out, p);
	else
		mm_expect_add(&job->planted, "projects", "without_geometry", 1);
	mm_out_end(out);
	(void)snprintf(word, sizeof(word), "%d", p->direction);
	mm_expect_class(&job->planted, "projects", "direction", word);
	mm_expect_class(&job->planted, "projects", "stage", p->stage);
	mm_expect_class(&job->planted, "projects", "status", p->status);
	mm_expect_class(&job->planted, "projects", "home",
			p->home == 0   ? "m1"
			: p->home == 1 ? "m2"
				       : "outline");
}

void mm_write_projects(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 't', 0, 0},
	    {"name", 't', 0, 0},
	    {"direction", 'i', 0, 0},
	    {"programme", 't', 0, 0},
	    {"oktmo", 't', 11, 0},
	    {"stage", 't', 0, 0},
	    {"status", 't', 0, 0},
	    {"start_plan", 'd', 0, 0},
	    {"start_fact", 'd', 0, 0},
	    {"end_plan", 'd', 0, 0},
	    {"end_forecast", 'd', 0, 0},
	    {"end_fact", 'd', 0, 0},
	    {"budget_kop", 'l', 0, 0},
	    {"budget_plan", 'r', 0, 0},
	    {"budget_federal", 'r', 0, 0},
	    {"budget_regional", 'r', 0, 0},
	    {"budget_local", 'r', 0, 0},
	    {"paid", 'r', 0, 0},
	    {"correction", 'r', 0, 0},
	    {"responsible", 't', 0, 0},
	    {"geom_quality", 't', 0, 0},
	    {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"projects.gpkg", "GPKG", "projects", MM_CRS_WGS84,
						wkbUnknown,      fields, NULL,       NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);
	int late = 0;

	for (int no = 1; no <= MM_SPEC_PROJECTS; no++) {
		struct project p = draw(job->town, no, &late);

		put_project(job, out, &p);
	}
	mm_out_close(out, &job->list);
	mm_expect_add(&job->planted, "projects", "features", MM_SPEC_PROJECTS);
	mm_expect_add(&job->planted, "projects", "late_transport", LATE_TRANSPORT);
	mm_expect_add(&job->planted, "projects", "m1_outside_municipality", 3);
	mm_expect_add(&job->planted, "projects", "m1_over_the_edge", 1);
	mm_expect_add(&job->planted, "projects", "points_on_district_line", 2);
	mm_expect_measure(&job->planted, "projects", "p0077_in_district_3_share", 0.6, 9);
	mm_expect_measure(&job->planted, "projects", "p0077_in_district_5_share", 0.4, 9);
}
