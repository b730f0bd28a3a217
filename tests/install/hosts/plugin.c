/* Purser inside a host's own shared object: only links if the archive is position independent. */
#include <purser.h>
const char *plugin_version(void);
const char *plugin_version(void) {
  purser *p = NULL;
  purser_error *error = NULL;
  purser_config config = {PURSER_CONFIG, .store = "sqlite::memory:"};
  if (purser_open(&config, &p, &error) != PURSER_OK) purser_free(error);
  purser_close(p);
  return purser_version();
}
