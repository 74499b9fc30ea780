#include "streets.h"

#include "spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Common Russian street names; adjectives and genitives go with "ул.", the first ones also with "пер.". */
static const char *const feminine[] = {
    "Советская",    "Первомайская",   "Октябрьская", "Комсомольская",  "Пролетарская",  "Красноармейская",
    "Набережная",   "Садовая",        "Школьная",    "Молодёжная",     "Центральная",   "Лесная",
    "Новая",        "Зелёная",        "Полевая",     "Луговая",        "Заводская",     "Железнодорожная",
    "Вокзальная",   "Рабочая",        "Юбилейная",   "Солнечная",      "Северная",      "Южная",
    "Восточная",    "Западная",       "Речная",      "Озёрная",        "Берёзовая",     "Вишнёвая",
    "Цветочная",    "Сосновая",       "Рябиновая",   "Кленовая",       "Тополиная",     "Дубовая",
    "Каштановая",   "Яблоневая",      "Сиреневая",   "Ясеневая",       "Степная",       "Дорожная",
    "Почтовая",     "Больничная",     "Базарная",    "Торговая",       "Кирпичная",     "Гончарная",
    "Кузнечная",    "Мельничная",     "Пионерская",  "Спортивная",     "Студенческая",  "Парковая",
    "Тенистая",     "Светлая",        "Весенняя",    "Осенняя",        "Радужная",      "Звёздная",
    "Дружная",      "Мирная",         "Счастливая",  "Раздольная",     "Привольная",    "Родниковая",
    "Ключевая",     "Овражная",       "Нагорная",    "Подгорная",      "Песчаная",      "Каменная",
    "Шоссейная",    "Строительная",   "Монтажная",   "Энергетическая", "Транспортная",  "Складская",
    "Промышленная", "Индустриальная", "Фабричная",   "Литейная",       "Токарная",      "Ударная",
    "Трудовая",     "Колхозная",      "Совхозная",   "Крестьянская",   "Партизанская",  "Гвардейская",
    "Воинская",     "Морская",        "Донская",     "Волжская",       "Воронежская",   "Тамбовская",
    "Липецкая",     "Елецкая",        "Задонская",   "Московская",     "Ленинградская", "Киевская",
    "Уральская",    "Сибирская",      "Крымская",    "Соловьиная",     "Ягодная",       "Малиновая",
    "Земляничная",  "Ореховая",       "Грушевая",    "Абрикосовая",    "Виноградная",   "Снежная",
    "Янтарная",     "Васильковая",    "Ромашковая",  "Лазурная",       "Заречная",      "Выгонная",
    "Хуторская",
};
static const char *const people[] = {
    "Ленина",         "Мира",        "Победы",          "Пушкина",          "Лермонтова",
    "Гоголя",         "Чехова",      "Толстого",        "Некрасова",        "Тургенева",
    "Есенина",        "Маяковского", "Горького",        "Гагарина",         "Королёва",
    "Циолковского",   "Терешковой",  "Титова",          "Кирова",           "Калинина",
    "Фрунзе",         "Чапаева",     "Щорса",           "Котовского",       "Карла Маркса",
    "Энгельса",       "Жукова",      "Суворова",        "Кутузова",         "Нахимова",
    "Ушакова",        "Матросова",   "Космодемьянской", "Мичурина",         "Тимирязева",
    "Менделеева",     "Ломоносова",  "Павлова",         "Пирогова",         "Чайковского",
    "Глинки",         "Репина",      "Левитана",        "Шишкина",          "Свободы",
    "Труда",          "Дружбы",      "Революции",       "8 Марта",          "9 Мая",
    "50 лет Октября", "Строителей",  "Металлургов",     "Космонавтов",      "Ветеранов",
    "Героев",         "Химиков",     "Энергетиков",     "Машиностроителей", "Учителей",
};
#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* Important first, then long first; nameless kinds last. */
static int by_weight(const void *a, const void *b, void *streets)
{
	const struct mm_streets *s = streets;
	const struct mm_chain *x = &s->chain[*(const int *)a], *y = &s->chain[*(const int *)b];

	if (x->cls != y->cls)
		return x->cls < y->cls ? -1 : 1;
	if (x->length_m != y->length_m)
		return x->length_m > y->length_m ? -1 : 1;
	return *(const int *)a - *(const int *)b;
}

/* The name for the i-th street of its kind; lanes and embankments take their own word. */
static void name_one(struct mm_chain *c, int *person, int *adjective, int *lane, int *quay)
{
	static const char *const quays[] = {"Липовская", "Левобережная", "Правобережная", "Рыбацкая",
					    "Лодочная"};
	size_t n = sizeof(c->name);

	if (c->waterside && *quay < COUNT(quays))
		(void)snprintf(c->name, n, "наб. %s", quays[(*quay)++]);
	else if (c->cls == MM_TRUNK && c->length_m > 4000 && *person < 3)
		(void)snprintf(c->name, n, "пр-т %s", people[(*person)++]);
	else if (c->lane && *lane < COUNT(people))
		(void)snprintf(c->name, n, "пер. %s", people[COUNT(people) - 1 - (*lane)++]);
	else if (c->cls == MM_DRIVE && *lane < COUNT(people))
		(void)snprintf(c->name, n, "проезд %s", people[COUNT(people) - 1 - (*lane)++]);
	else if ((c->cls < MM_LOCAL || c->length_m > 1100) && *person < COUNT(people) - 25)
		(void)snprintf(c->name, n, "ул. %s", people[(*person)++]);
	else if (*adjective < COUNT(feminine))
		(void)snprintf(c->name, n, "ул. %s", feminine[(*adjective)++]);
	else
		(void)snprintf(c->name, n, "%d-я %s ул.", 2 + (*adjective - COUNT(feminine)) / 40,
			       feminine[7 + (*adjective - COUNT(feminine)) % 40]),
		    (*adjective)++;
}

void mm_street_names_give(struct mm_streets *s)
{
	int *order = malloc((size_t)s->chains * sizeof(*order));
	int named = 0, person = 0, adjective = 0, lane = 0, quay = 0;

	if (!order)
		abort();
	for (int i = 0; i < s->chains; i++) {
		order[i] = i;
		named += s->chain[i].name[0] != 0;
	}
	qsort_r(order, (size_t)s->chains, sizeof(*order), by_weight, s);
	for (int i = 0; i < s->chains && named < MM_SPEC_STREETS; i++) {
		struct mm_chain *c = &s->chain[order[i]];

		if (c->name[0] || c->cls == MM_FOOT)
			continue;
		name_one(c, &person, &adjective, &lane, &quay);
		named++;
	}
	free(order);
}
