/* A plug-in host: loads libpurser, opens and closes a handle with engine threads, unloads, a hundred times. What is left over must not
 * grow. Usage: dlopen LIBRARY CATALOG */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <purser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { rounds = 100, settled = 10 };

static int entries(const char *folder) {
  int count = 0;
  DIR *directory = opendir(folder);
  while (directory && readdir(directory)) count++;
  if (directory) closedir(directory);
  return count;
}

static long resident_kb(void) {
  char line[256];
  long kb = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
  if (file) fclose(file);
  return kb;
}

static int use(void *library, const char *catalog) {
  purser_status (*open_handle)(const purser_config *, purser_handle **, purser_error **);
  purser_status (*close_handle)(purser_handle *);
  int (*check)(purser_handle *, const char *, const char *);
  purser_handle *p = NULL;
  purser_error *error = NULL;
  purser_config config = {PURSER_CONFIG, .store = "sqlite::memory:", .mode = "offline", .catalog = catalog};
  *(void **)&open_handle = dlsym(library, "purser_open");
  *(void **)&close_handle = dlsym(library, "purser_close");
  *(void **)&check = dlsym(library, "purser_check");
  if (!open_handle || !close_handle || !check) return 0;
  if (open_handle(&config, &p, &error) != PURSER_OK) {
    fprintf(stderr, "dlopen host: %s\n", error ? error->message : "?");
    return 0;
  }
  return check(p, "acct_nobody", "leads") == 0 && close_handle(p) == PURSER_OK;
}

int main(int count, char **arguments) {
  int descriptors = 0, tasks = 0;
  long resident = 0;
  if (count != 3) return 2;
  for (int round = 0; round < rounds; round++) {
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (!library || !use(library, arguments[2]) || dlclose(library) != 0) {
      fprintf(stderr, "dlopen host: round %d: %s\n", round, library ? "a call failed" : dlerror());
      return 1;
    }
    if (round + 1 == settled) {
      descriptors = entries("/proc/self/fd");
      tasks = entries("/proc/self/task");
      resident = resident_kb();
    }
  }
  printf("dlopen host: %d rounds; descriptors %d -> %d, threads %d -> %d, resident %ld -> %ld kB\n", rounds, descriptors,
         entries("/proc/self/fd"), tasks, entries("/proc/self/task"), resident, resident_kb());
  if (entries("/proc/self/fd") != descriptors || entries("/proc/self/task") != tasks) return 1;
  return resident_kb() > resident + 8 * 1024;
}
