#include <libxml/xmlversion.h>
// Debian's library can convert encodings with ICU, and its headers then bring those of ICU with them, which contradict the ones
// that Foundation has inside. Nothing here converts: documents are UTF-8, and the structure that differs is never looked into.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlIO.h>
#include <libxml/xmlschemas.h>
#include <libxml/c14n.h>
