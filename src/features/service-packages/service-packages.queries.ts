import { eq, type SQL, sql } from "drizzle-orm";
import { wordsOf } from "../../core/search-words.ts";
import type { Db } from "../../db/client.ts";
import type { JsonOf } from "../../db/json.ts";
import { indexed, type Page, type PageRequest, readPage } from "../../db/list/listing.ts";
import { byWords, matching } from "../../db/list/search.ts";
import { findRow, rowById } from "../../db/records/read.ts";
import type { ListedRowIn } from "../../db/records/record.ts";
import { packageWithLines, SERVICE_PACKAGE } from "../../db/records/service-package.ts";
import { servicePackages } from "../../db/schema/service-packages.ts";
import type { ServicePackageQuery } from "./service-packages.schemas.ts";

export type PackageRow = JsonOf<typeof packageWithLines>;
export type ListedPackageRow = ListedRowIn<typeof SERVICE_PACKAGE>;

/** A subquery for the package with its lines as JSON; commands read their answer with it. */
export const packageById = (id: number | SQL<number>): SQL<PackageRow> => rowById(servicePackages, packageWithLines, id);

/** One package with its lines. Throws `not_found`. */
export const findPackage = (db: Db, id: number): Promise<PackageRow> =>
  findRow(db, servicePackages, packageWithLines, eq(servicePackages.id, id));

/** One page of packages, without their lines. */
export const listPackages = (db: Db, { q, category }: ServicePackageQuery, request: PageRequest): Promise<Page<ListedPackageRow>> =>
  readPage(
    db,
    SERVICE_PACKAGE,
    [
      ...(q === undefined ? [] : [matching(SERVICE_PACKAGE, q)]),
      ...(category === undefined ? [] : [indexed(servicePackages, sql`${byWords("category")} = ${wordsOf(category)}`)]),
    ],
    request,
  );
