/* The limit of a call from Python: the stable ABI, two strings in, one boolean out, nothing done in between. */
#define Py_LIMITED_API 0x030a0000
#include <Python.h>

static PyObject *call(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
  (void)module;
  Py_ssize_t account_bytes = 0, feature_bytes = 0;
  if (count != 2) return PyErr_Format(PyExc_TypeError, "call(account, feature)");
  const char *account = PyUnicode_AsUTF8AndSize(arguments[0], &account_bytes);
  const char *feature = account ? PyUnicode_AsUTF8AndSize(arguments[1], &feature_bytes) : NULL;
  if (!feature) return NULL;
  return PyBool_FromLong(account_bytes > 0 && feature_bytes > 0 && account[0] == 'a');
}

static PyMethodDef methods[] = {{"call", (PyCFunction)(void (*)(void))call, METH_FASTCALL, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "floor_call_python", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_floor_call_python(void) { return PyModule_Create(&module); }
