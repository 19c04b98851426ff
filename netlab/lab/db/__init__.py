"""The lab's SQLite file: tables, migrations, and every statement that reads or writes them."""
