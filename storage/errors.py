"""What can go wrong with the database, named by its consequence.

Every sentence here may be shown to an operator or logged: it carries no bound parameter, hence nothing personal.
Errors of a statement itself (a broken constraint, wrong SQL) are bugs or the caller's business and stay what they are.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError

# https://www.sqlite.org/rescode.html, primary codes
_TEMPORARY = {
    sqlite3.SQLITE_BUSY: "the database is locked by another program",
    sqlite3.SQLITE_LOCKED: "a table of the database is locked",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
    sqlite3.SQLITE_READONLY: "the database is read-only",
    sqlite3.SQLITE_INTERRUPT: "the statement was interrupted",
    sqlite3.SQLITE_IOERR: "the disk reports an input or output error",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_PROTOCOL: "the file locks of the database do not work here",
}
_PERMANENT = {
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
}


class StorageError(Exception):
    """The database cannot do what was asked. Nothing of the transaction has been kept."""


class StorageUnavailable(StorageError):
    """Temporary: disk full, locked, unreadable for now. The same transaction may be tried again later."""


class StorageCorrupt(StorageError):
    """Permanent: the file is damaged or no database. A backup has to be restored."""


class SchemaTooNew(StorageError):
    """Permanent for this program: the database was written by a newer one, which has to be installed."""


def storage_error(error: BaseException) -> StorageError | None:
    """Return what a driver's error means for the storage as a whole, with it as the cause.

    None when it is no error of the driver, or concerns one statement alone.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, sqlite3.Error):
        return None
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the low byte of an extended code is the primary one
    if code in _PERMANENT:
        meaning: StorageError = StorageCorrupt(f"{_PERMANENT[code].capitalize()}. Restore a backup.")
    elif code in _TEMPORARY:
        meaning = StorageUnavailable(f"The database cannot be used now: {_TEMPORARY[code]}.")
    else:
        return None
    meaning.__cause__ = error
    return meaning
