/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Break one thing in the source files of a tree: not a named rule of theirs,
 * but what an operator, a constant or a statement says.
 *
 *     vgic-mutant count TREE PATH            how many there are, by kind
 *     vgic-mutant break TREE PATH SEED N TO  the Nth drawn, written below TO
 *     vgic-mutant stale TREE PATH EXPLAINED  names that nothing has any more
 *
 * TREE/PATH, a file or all in a directory, is what is searched, and what the
 * Nth is drawn from.  A mutant's name is three lines: file and
 * function, the lines that it is in ("- "), and what becomes of them ("+ ").
 * The kinds take turns; of a kind, those come first that a hash of seed and
 * name gives the least number.  So the same tree and seed give the same ones,
 * and a change of the tree leaves most of them.  `break` prints name and kind.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"

#define MOST_SOURCES 1024
#define LINE_SIZE 8192

struct project {
	struct source sources[MOST_SOURCES];
	size_t nr_sources;
	struct mutants list[MUTANT_KINDS];
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_source(const char *name)
{
	size_t length = strlen(name);

	return length > 2 && name[length - 2] == '.' &&
	       (name[length - 1] == 'c' || name[length - 1] == 'h');
}

/* What is in a directory of the tree, in order of the alphabet. */
static size_t list_directory(const char *tree, const char *path, char ***names)
{
	char name[4096];
	struct dirent *entry;
	size_t count = 0;
	DIR *dir;

	snprintf(name, sizeof(name), "%s/%s", tree, path);
	dir = opendir(name);
	*names = NULL;
	while (dir && (entry = readdir(dir))) {
		char *copy;

		if (entry->d_name[0] == '.') {
			continue;
		}
		copy = must_grow(NULL,
				 strlen(path) + strlen(entry->d_name) + 2);
		sprintf(copy, "%s/%s", path, entry->d_name);
		*names = must_grow(*names, (count + 1) * sizeof(**names));
		(*names)[count++] = copy;
	}
	if (dir) {
		closedir(dir);
	}
	if (count) {
		qsort(*names, count, sizeof(**names), by_name);
	}
	return count;
}

/* A source file, or all that are in a directory. */
static void read_sources(struct project *project, const char *tree,
			 const char *path)
{
	struct source *source = &project->sources[project->nr_sources];
	char **names;
	size_t count;

	if (is_source(path)) {
		if (project->nr_sources < MOST_SOURCES - 1) {
			source_read(source, tree, path);
			find_mutants(source, project->list);
			project->nr_sources++;
		}
		return;
	}
	count = list_directory(tree, path, &names);
	for (size_t i = 0; i < count; i++) {
		read_sources(project, tree, names[i]);
		free(names[i]);
	}
	free(names);
}

/* Append text to a line, each run of white space as one space. */
static void squeeze(char line[LINE_SIZE], const char *text, size_t length)
{
	size_t at = strlen(line);

	for (size_t i = 0; i < length && at < LINE_SIZE - 2; i++) {
		bool space = strchr(" \t\n", text[i]);

		if (!space) {
			line[at++] = text[i];
		} else if (!strchr(" \n", line[at - 1])) {
			line[at++] = ' ';
		}
	}
	line[at] = '\0';
}

/* Its place, the lines that it is in, and what becomes of them. */
static void describe(const struct mutant *mutant, unsigned int nth,
		     char name[LINE_SIZE])
{
	const struct source *source = mutant->source;
	const struct token *scope = &source->tokens[mutant->scope];
	const char *text = source->text;
	size_t from = mutant->from, to = mutant->to;
	int length = snprintf(name, LINE_SIZE, "%s %.*s", source->path,
			      (int)(scope->to - scope->from),
			      text + scope->from);

	if (nth > 1) {
		snprintf(name + length, LINE_SIZE - (size_t)length, " #%u",
			 nth);
	}
	while (from && text[from - 1] != '\n') {
		from--;
	}
	from += strspn(text + from, " \t");
	while (text[to] && text[to] != '\n') {
		to++;
	}
	strcat(name, "\n- ");
	squeeze(name, text + from, to - from);
	strcat(name, "\n+ ");
	squeeze(name, text + from, mutant->from - from);
	squeeze(name, mutant->text, strlen(mutant->text));
	squeeze(name, text + mutant->to, to - mutant->to);
}

/* Of the same name are those on lines that are twice in a function. */
static void name_mutant(struct mutants *list, size_t which)
{
	static char name[LINE_SIZE];
	struct mutant *mutant = &list->all[which];
	unsigned int nth = 1;

	describe(mutant, nth, name);
	for (size_t i = which; i && list->all[i - 1].scope == mutant->scope &&
			       list->all[i - 1].source == mutant->source;
	     i--) {
		if (!strcmp(list->all[i - 1].name, name)) {
			describe(mutant, ++nth, name);
			i = which + 1;
		}
	}
	mutant->name = must_grow(NULL, strlen(name) + 1);
	strcpy(mutant->name, name);
}

static void name_all(struct project *project)
{
	for (int k = 0; k < MUTANT_KINDS; k++) {
		for (size_t i = 0; i < project->list[k].count; i++) {
			name_mutant(&project->list[k], i);
		}
	}
}

/* SplitMix64's way to spread the bits, over FNV-1a. */
static uint64_t hash(uint64_t seed, const char *text)
{
	uint64_t z = UINT64_C(0xcbf29ce484222325) ^ seed;

	for (; *text; text++) {
		z = (z ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	}
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int by_key(const void *a, const void *b)
{
	const struct mutant *one = a, *two = b;

	return one->key < two->key ? -1 : one->key > two->key;
}

/* In the order that a seed draws them in. */
static void shuffle(struct mutants *list, uint64_t seed)
{
	for (size_t i = 0; i < list->count; i++) {
		list->all[i].key = hash(seed, list->all[i].name);
	}
	if (list->count) {
		qsort(list->all, list->count, sizeof(*list->all), by_key);
	}
}

/* The nth drawn, counted from 0, or null: each kind in turn has one. */
static const struct mutant *pick(struct project *project, size_t n,
				 enum mutant_kind *kind)
{
	for (size_t round = 0, left = 1; left; round++) {
		left = 0;
		for (*kind = 0; *kind < MUTANT_KINDS; ++*kind) {
			struct mutants *list = &project->list[*kind];

			if (round >= list->count) {
				continue;
			}
			if (n-- == 0) {
				return &list->all[round];
			}
			left++;
		}
	}
	return NULL;
}

static int write_broken(const struct mutant *mutant, const char *to)
{
	const struct source *source = mutant->source;
	char name[4096];
	FILE *file;

	snprintf(name, sizeof(name), "%s/%s", to, source->path);
	file = fopen(name, "wb");
	if (!file) {
		perror(name);
		return 2;
	}
	fwrite(source->text, 1, mutant->from, file);
	fputs(mutant->text, file);
	fwrite(source->text + mutant->to, 1, source->size - mutant->to, file);
	return fclose(file) ? 2 : 0;
}

static int break_one(struct project *project, char **args)
{
	enum mutant_kind kind;
	const struct mutant *mutant;

	for (int k = 0; k < MUTANT_KINDS; k++) {
		shuffle(&project->list[k], strtoull(args[0], NULL, 0));
	}
	mutant = pick(project, strtoul(args[1], NULL, 0), &kind);
	if (!mutant) {
		return 1;
	}
	printf("%s\n%s\n", mutant->name, mutant_kind_names[kind]);
	return write_broken(mutant, args[2]);
}

static int count(const struct project *project)
{
	for (int k = 0; k < MUTANT_KINDS; k++) {
		printf("%-10s %6zu\n", mutant_kind_names[k],
		       project->list[k].count);
	}
	return 0;
}

static bool is_known(const struct project *project, const char *name)
{
	for (int k = 0; k < MUTANT_KINDS; k++) {
		for (size_t i = 0; i < project->list[k].count; i++) {
			if (!strcmp(project->list[k].all[i].name, name)) {
				return true;
			}
		}
	}
	return false;
}

static int find_stale(const struct project *project, char **args)
{
	static char lines[3][LINE_SIZE], name[3 * LINE_SIZE];
	FILE *file = fopen(args[0], "r");
	int stale = 0;

	if (!file) {
		perror(args[0]);
		return 2;
	}
	while (fgets(lines[2], LINE_SIZE, file)) {
		/* The last of the three lines of a name. */
		if (!strncmp(lines[2], "+ ", 2)) {
			snprintf(name, sizeof(name), "%s%s%s", lines[0],
				 lines[1], lines[2]);
			name[strlen(name) - 1] = '\0';
			if (!is_known(project, name)) {
				puts(name);
				stale = 1;
			}
		}
		strcpy(lines[0], lines[1]);
		strcpy(lines[1], lines[2]);
	}
	fclose(file);
	return stale;
}

int main(int argc, char **argv)
{
	static struct project project;

	if (argc > 3) {
		read_sources(&project, argv[2], argv[3]);
		name_all(&project);
	}
	if (argc == 7 && !strcmp(argv[1], "break")) {
		return break_one(&project, argv + 4);
	}
	if (argc == 5 && !strcmp(argv[1], "stale")) {
		return find_stale(&project, argv + 4);
	}
	if (argc == 4 && !strcmp(argv[1], "count")) {
		return count(&project);
	}
	fprintf(stderr, "usage: vgic-mutant count TREE PATH\n"
			"       vgic-mutant break TREE PATH SEED N TO\n"
			"       vgic-mutant stale TREE PATH EXPLAINED\n");
	return 2;
}
