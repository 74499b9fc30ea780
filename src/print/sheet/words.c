#include "print/sheet/words.h"

const struct mm_print_words *mm_print_words(bool is_russian)
{
	static const struct mm_print_words ru = {.format = "Формат",
						 .scale = "Масштаб",
						 .metres = "м",
						 .kilometres = "км",
						 .north = "С",
						 .convergence = "Сближение меридианов",
						 .point = "№ точки",
						 .x = "X, м",
						 .y = "Y, м",
						 .attributes = "Сведения",
						 .dates = "Сроки",
						 .money = "Деньги",
						 .streets = "Указатель улиц",
						 .sheets = "Листы",
						 .index = "Сборный лист",
						 .legend = "Условные обозначения",
						 .sources = "Источники данных",
						 .system = "Система координат",
						 .printed = "Напечатано",
						 .state = "данные на",
						 .number = "№",
						 .sheet = "Лист",
						 .of = "из",
						 .notes = "Примечания",
						 .overview = "Обзорная схема",
						 .points = "Координаты поворотных точек",
						 .approximate =
						     "Не является кадастровым документом: параметры "
						     "местной системы координат приближённые.",
						 .no = "нет",
						 .yes = "да"};
	static const struct mm_print_words en = {.format = "Format",
						 .scale = "Scale",
						 .metres = "m",
						 .kilometres = "km",
						 .north = "N",
						 .convergence = "Convergence of meridians",
						 .point = "Point",
						 .x = "X (north), m",
						 .y = "Y (east), m",
						 .attributes = "Attributes",
						 .dates = "Dates",
						 .money = "Money",
						 .streets = "Index of streets",
						 .sheets = "Sheets",
						 .index = "Index of sheets",
						 .legend = "Legend",
						 .sources = "Sources of data",
						 .system = "Coordinate system",
						 .printed = "Printed",
						 .state = "data of",
						 .number = "No.",
						 .sheet = "Sheet",
						 .of = "of",
						 .notes = "Notes",
						 .overview = "Overview",
						 .points = "Coordinates of turning points",
						 .approximate =
						     "Not a cadastral document: the parameters of the local "
						     "system are approximate.",
						 .no = "no",
						 .yes = "yes"};

	return is_russian ? &ru : &en;
}
