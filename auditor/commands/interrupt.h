/* SPDX-License-Identifier: BSD-2-Clause */
/* SIGINT and SIGTERM: workers are woken, what is finished is written, the exit code is 128+n. */
#ifndef ZONEVET_COMMANDS_INTERRUPT_H
#define ZONEVET_COMMANDS_INTERRUPT_H

#include "auditor/collect/collect.h"

void interrupt_install(void);
bool interrupted(void);
int interrupted_code(void); /* 128 + signal, or 0 */

/** Collectors to wake; at most 256. */
void interrupt_register(struct collector *c);
void interrupt_unregister(struct collector *c);

#endif
