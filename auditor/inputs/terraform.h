/* SPDX-License-Identifier: BSD-2-Clause */
/* A Terraform plan while it is read: the parts of its reader share this. Private to terraform*.c. */
#ifndef ZONEVET_INPUTS_TERRAFORM_H
#define ZONEVET_INPUTS_TERRAFORM_H

#include "auditor/inputs/build.h"

#define KEY_MAX 1024U

struct plan {
    struct build *build;
    struct arena *element; /* of one resource */
    struct table *zones;      /* "TYPE ID" and "@ADDRESS" of zones to their names, or plan_private_zone */
    struct table *references; /* address of a record to "@ADDRESS" of its zone */
    char module[KEY_MAX];     /* while the configuration is read: "module.dns." */
    bool changes_seen, plan_seen;
    const char *bad_version;
};

enum record_kind { RECORD_AWS, RECORD_CLOUDFLARE, RECORD_GOOGLE, RECORD_AZURE };

struct record_type {
    const char *type;
    enum record_kind kind;
    const char *zone_type, *zone_member;
    uint16_t rrtype;       /* Azure */
    const char *values[4]; /* members that hold the data */
};

/* ---- terraform_zones.c: zones, and what records refer to ---- */

/** Stands for every zone that is not on the Internet; known by its address. */
extern const dname plan_private_zone[1];

/** The record type of a resource's type, or NULL. */
const struct record_type *plan_record_type(const struct doc *type);
/** The resource's type is one of a zone. */
bool plan_is_zone(const struct doc *type);

/** Keep the zone that a resource of the state ('values') or of the changes ('change') is. */
void plan_read_zone(struct plan *p, const struct doc *resource);
/** Keep what a record of the configuration refers to as its zone. */
void plan_read_reference(struct plan *p, const struct doc *resource);

/** The zone of a record by its id or by what the configuration refers to, plan_private_zone among them; NULL
 * if the plan does not tell. address is a scalar. */
const dname *plan_zone_told(struct plan *p, const struct record_type *type, const struct doc *address,
                            const struct doc *values);

/** The first scalar that is not empty among members whose names are separated by '|'; NULL if there is
 * none. */
const struct doc *plan_any(const struct doc *map, const char *names);

/* ---- terraform_records.c ---- */

/** Add what a resource of the changes means on the side that is asked for. */
void plan_read_record(struct plan *p, const struct doc *resource);

#endif
