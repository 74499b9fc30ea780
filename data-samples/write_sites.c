#include "job.h"

#include "rng.h"

#include <math.h>
#include <stdio.h>

static const char *const kind_word[MM_SITE_KINDS] = {"",     "school", "kindergarten", "clinic",
						     "fire", "police", "sport",        "culture"};

static void site_name(const struct mm_site *site, char *ret, size_t n)
{
	static const char *const garden[] = {
	    "Ромашка",    "Солнышко",   "Берёзка",           "Теремок",   "Родничок",
	    "Ёлочка",     "Сказка",     "Колокольчик",       "Радуга",    "Светлячок",
	    "Журавушка",  "Рябинка",    "Аленький цветочек", "Чебурашка", "Золотой ключик",
	    "Ласточка",   "Дюймовочка", "Звёздочка",         "Одуванчик", "Тополёк",
	    "Жемчужинка", "Ручеёк",     "Малышок",
	};
	static const char *const sport[] = {"Стадион «Заря»",   "ФОК «Липовка»",   "Спортзал",
					    "Ледовая площадка", "Бассейн «Волна»", "Спортшкола"};
	static const char *const culture[] = {
	    "Дом культуры",      "Центральная библиотека", "Краеведческий музей",
	    "Кинотеатр «Мир»",   "Детская школа искусств", "Городской театр",
	    "Библиотека-филиал", "Выставочный зал",        "Молодёжный центр",
	};

	switch (site->kind) {
	case MM_SITE_SCHOOL:
		(void)snprintf(ret, n, "Школа № %d", site->no);
		break;
	case MM_SITE_KINDERGARTEN:
		(void)snprintf(ret, n, "Детский сад № %d «%s»", site->no, garden[site->no - 1]);
		break;
	case MM_SITE_CLINIC:
		(void)snprintf(ret, n, "Поликлиника № %d", site->no);
		break;
	case MM_SITE_FIRE:
		(void)snprintf(ret, n, "Пожарная часть № %d", site->no);
		break;
	case MM_SITE_POLICE:
		(void)snprintf(ret, n, "Отдел полиции № %d", site->no);
		break;
	case MM_SITE_SPORT:
		(void)snprintf(ret, n, "%s № %d", sport[site->no % 6], site->no);
		break;
	default:
		(void)snprintf(ret, n, "%s", culture[(site->no - 1) % 9]);
		break;
	}
}

static void put_common(struct mm_job *job, struct mm_out *out, int i)
{
	const struct mm_site *site = &job->town->site[i];
	const struct mm_building *b = &job->town->building[site->building];
	char name[96];

	site_name(site, name, sizeof(name));
	mm_out_int(out, "id", i + 1);
	mm_out_text(out, "kind", kind_word[site->kind]);
	mm_out_text(out, "name", name);
	if (b->number[0])
		mm_out_format(out, "address", "%s, %s", job->town->streets->chain[b->chain].name, b->number);
	mm_out_int(out, "year", b->year);
}

static void write_schools(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},      {"kind", 't', 0, 0},       {"number", 'i', 0, 0}, {"name", 't', 0, 0},
	    {"address", 't', 0, 0}, {"capacity", 'i', 0, 0},   {"load", 'i', 0, 0},   {"shift", 'i', 0, 0},
	    {"year", 'i', 0, 0},    {"repair_due", 'd', 0, 0}, {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"schools.gpkg", "GPKG", "schools", MM_CRS_WGS84,
						wkbPoint,       fields, NULL,      NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int i = 0; i < job->town->sites; i++) {
		const struct mm_site *site = &job->town->site[i];
		struct mm_rng rng = mm_rng_seed("school", (uint64_t)i);
		bool school = site->kind == MM_SITE_SCHOOL;
		int capacity = school ? mm_rng_int(&rng, 9, 22) * 50 : mm_rng_int(&rng, 4, 12) * 20;

		if (site->kind > MM_SITE_KINDERGARTEN)
			continue;
		mm_out_begin(out);
		put_common(job, out, i);
		mm_out_int(out, "number", site->no);
		mm_out_int(out, "capacity", capacity);
		mm_out_int(out, "load", lround(capacity * mm_rng_span(&rng, 0.7, 1.28)));
		mm_out_int(out, "shift", school && mm_rng_unit(&rng) < 0.3 ? 2 : 1);
		mm_out_time(out, "repair_due", mm_rng_int(&rng, 30, 3000));
		mm_out_point(out, site->parcel.c);
		mm_out_end(out);
		mm_expect_add(&job->planted, "schools", "features", 1);
		mm_expect_class(&job->planted, "schools", "kind", kind_word[site->kind]);
	}
	mm_out_close(out, &job->list);
}

static void write_parcels(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},   {"kind", 't', 0, 0},   {"name", 't', 0, 0},    {"address", 't', 0, 0},
	    {"year", 'i', 0, 0}, {"cad_no", 't', 0, 0}, {"area_m2", 'r', 0, 0}, {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {
	    "social_parcels.gpkg", "GPKG", "social_parcels", MM_CRS_WGS84, wkbPolygon, fields, NULL, NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int i = 0; i < job->town->sites; i++) {
		const struct mm_site *site = &job->town->site[i];
		const struct mm_building *b = &job->town->building[site->building];

		if (site->kind > MM_SITE_KINDERGARTEN)
			continue;
		mm_out_begin(out);
		put_common(job, out, i);
		mm_out_format(out, "cad_no", "00:20:0010%03d:%d", b->quarter, 9000 + i);
		mm_out_real(out, "area_m2", round(site->parcel.hw * site->parcel.hh * 40) / 10);
		mm_out_rect(out, &site->parcel);
		mm_out_end(out);
		mm_expect_add(&job->planted, "social_parcels", "features", 1);
	}
	mm_out_close(out, &job->list);
}

static void write_social(struct mm_job *job)
{
	static const struct mm_out_field fields[] = {
	    {"id", 'i', 0, 0},         {"kind", 't', 0, 0},     {"name", 't', 0, 0},
	    {"address", 't', 0, 0},    {"capacity", 'i', 0, 0}, {"vehicles", 'i', 0, 0},
	    {"open_hours", 't', 0, 0}, {"year", 'i', 0, 0},     {NULL, 0, 0, 0},
	};
	static const struct mm_out_spec spec = {"social.gpkg", "GPKG", "social", MM_CRS_WGS84,
						wkbPoint,      fields, NULL,     NULL};
	struct mm_out *out = mm_out_open(job->dir, &spec);

	for (int i = 0; i < job->town->sites; i++) {
		const struct mm_site *site = &job->town->site[i];
		struct mm_rng rng = mm_rng_seed("social", (uint64_t)i);
		bool always = site->kind == MM_SITE_FIRE || site->kind == MM_SITE_POLICE;

		if (site->kind <= MM_SITE_KINDERGARTEN)
			continue;
		mm_out_begin(out);
		put_common(job, out, i);
		mm_out_int(out, "capacity", mm_rng_int(&rng, 2, 30) * 10);
		if (always)
			mm_out_int(out, "vehicles", mm_rng_int(&rng, 3, 9));
		mm_out_text(out, "open_hours",
			    always                         ? "круглосуточно"
			    : site->kind == MM_SITE_CLINIC ? "пн-сб 08:00-20:00"
							   : "вт-вс 10:00-21:00");
		mm_out_point(out, site->parcel.c);
		mm_out_end(out);
		mm_expect_add(&job->planted, "social", "features", 1);
		mm_expect_class(&job->planted, "social", "kind", kind_word[site->kind]);
	}
	mm_out_close(out, &job->list);
}

void mm_write_sites(struct mm_job *job)
{
	write_schools(job);
	mm_expect_add(&job->planted, "schools", "school_7_beside_9_storeys", 1); /* A05 */
	write_parcels(job);
	write_social(job);
}
